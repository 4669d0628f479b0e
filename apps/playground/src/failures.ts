/** The failures that the page shows, each until a person begins something else. */
import { html, icon } from "./elements.js";
import { returnFocus } from "./focus.js";
import { describeFailure } from "./session.js";

export interface Failures {
  readonly element: HTMLElement;
  /** @param pictureName of the picture that it is about, where several are at work. */
  readonly add: (error: unknown, pictureName?: string) => void;
  readonly clear: () => void;
}

/** So many names are read at a glance. */
const namesAtAGlance = 5;

/** What is told of many pictures alike is told once, with their names, or how often it was. */
export function failureList(onEnterKey: () => void): Failures {
  const element = html("div", { role: "alert", class: "failure-place" });
  const told = new Map<string, (pictureName?: string) => void>();
  const clear = () => {
    const hadFocus = element.contains(document.activeElement);
    told.clear();
    element.replaceChildren();
    if (hadFocus) returnFocus();
  };
  return {
    element,
    clear,
    add(error, pictureName) {
      const { code, message, needsKey } = describeFailure(error);
      const kind = `${code} ${message}`;
      let tellOf = told.get(kind);
      if (tellOf === undefined) {
        const about = html("div", { class: "muted small" });
        tellOf = counting(about);
        told.set(kind, tellOf);
        const words = html(
          "div",
          {},
          code === "" ? undefined : html("strong", {}, code),
          html("p", {}, message),
          about,
        );
        element.append(
          html(
            "div",
            { class: "failure" },
            words,
            needsKey
              ? html(
                  "button",
                  { type: "button", class: "button", onclick: onEnterKey },
                  icon("key"),
                  "Enter the key",
                )
              : undefined,
            html(
              "button",
              { type: "button", class: "button quiet", "aria-label": "Dismiss", onclick: clear },
              icon("cross"),
            ),
          ),
        );
      }
      tellOf(pictureName);
    },
  };
}

/** Fills a place with what one failure is about, which grows. */
function counting(place: HTMLElement): (pictureName?: string) => void {
  const names: string[] = [];
  let times = 0;
  const all = html("ul", {});
  const glance = html("summary", {});
  const details = html("details", {}, glance, all);
  return (name) => {
    times += 1;
    if (name === undefined) {
      if (names.length === 0 && times > 1) place.textContent = `${times} times`;
      return;
    }
    names.push(name);
    all.append(html("li", {}, name));
    const first = names.slice(0, namesAtAGlance).join(", ");
    if (names.length <= namesAtAGlance) {
      place.textContent = first;
      return;
    }
    glance.textContent = `${first} and ${names.length - namesAtAGlance} more`;
    if (!details.isConnected) place.replaceChildren(details);
  };
}
