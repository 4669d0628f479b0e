import { html, icon } from "./elements.js";
import type { FaceSet } from "./face-set.js";
import { describeFailure } from "./session.js";

export interface RefusedPicturesOptions {
  readonly onRemoved: () => void;
  readonly onLooking: (looking: Promise<boolean>) => void;
}

/** The pictures of a set of which the page knows no faces, with the reason of each, and what can be done about it. */
export function refusedPictures(
  set: FaceSet,
  { onRemoved, onLooking }: RefusedPicturesOptions,
): HTMLElement[] {
  const { refused } = set;
  if (refused.size === 0) return [];
  const rows = [...refused].map(([picture, error]) => {
    const { code, message } = describeFailure(error);
    return html(
      "li",
      {},
      html(
        "span",
        { class: "small" },
        html("strong", {}, `${picture.name}: `),
        `${code} ${message}`.trim(),
      ),
      html(
        "button",
        {
          type: "button",
          name: "remove",
          class: "button quiet",
          "aria-label": `Remove ${picture.name}`,
          onclick: () => {
            set.remove(picture);
            onRemoved();
          },
        },
        icon("cross"),
      ),
    );
  });
  const words =
    refused.size === 1 ? "One picture is left out." : `${refused.size} pictures are left out.`;
  return [
    html(
      "section",
      { class: "refused", "aria-label": "Pictures that were refused" },
      html(
        "div",
        { class: "refused-head" },
        html("p", {}, words),
        html(
          "button",
          {
            type: "button",
            name: "look-again",
            class: "button",
            onclick: () => onLooking(set.lookAtRefused()),
          },
          "Look again",
        ),
      ),
      html("ul", {}, ...rows),
    ),
  ];
}
