import { endDialog } from "./dialog.js";
import { html, icon, svg, uniqueId } from "./elements.js";
import { watchFocus } from "./focus.js";
import { failureList } from "./failures.js";
import { onPagePaste, readChosen } from "./picture-input.js";
import { Session, keyPattern } from "./session.js";
import type { Page, View } from "./view.js";
import { compareView } from "./views/compare-view.js";
import { detectView } from "./views/detect-view.js";
import { groupView } from "./views/group-view.js";
import { similarView } from "./views/similar-view.js";

const session = new Session();
const status = html("p", { role: "status", class: "status" });
const progress = html("div", { class: "progress", hidden: true });
const failures = failureList(() => openKeyDialog());
let working = 0;

const page: Page = {
  session,
  fail: failures.add,
  clearFailure: failures.clear,
  announce: (message) => (status.textContent = message),
  async busy(message, work, pictureName) {
    page.announce(`${message}…`);
    working += 1;
    progress.hidden = false;
    try {
      return await work();
    } catch (error) {
      page.announce("");
      page.fail(error, pictureName);
      return undefined;
    } finally {
      working -= 1;
      progress.hidden = working === 0;
      if (working === 0 && status.textContent.endsWith("…")) page.announce("");
    }
  },
};

const views = [detectView(page), compareView(page), similarView(page), groupView(page)];
let shown: View = views[0]!;

const tabs = views.map((view) =>
  html(
    "button",
    {
      type: "button",
      role: "tab",
      id: `tab-${view.id}`,
      class: "tab",
      "aria-controls": `panel-${view.id}`,
      onclick: () => show(view),
    },
    view.title,
  ),
);
const panels = views.map((view) =>
  html(
    "div",
    {
      role: "tabpanel",
      id: `panel-${view.id}`,
      "aria-labelledby": `tab-${view.id}`,
      class: "panel",
      hidden: true,
    },
    view.element,
  ),
);

function show(view: View): void {
  shown = view;
  views.forEach((candidate, index) => {
    const current = candidate === view;
    panels[index]!.hidden = !current;
    tabs[index]!.setAttribute("aria-selected", String(current));
    tabs[index]!.tabIndex = current ? 0 : -1;
  });
  page.clearFailure();
  page.announce("");
  document.title = `${view.title} · Mien playground`;
}

function moveTab(event: Event): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[(event as KeyboardEvent).key];
  if (step === undefined) return;
  const next = (views.indexOf(shown) + step + views.length) % views.length;
  show(views[next]!);
  tabs[next]!.focus();
}

function openKeyDialog(): void {
  const id = uniqueId("key");
  const input = html("input", {
    id,
    type: "password",
    autocomplete: "off",
    required: true,
    pattern: keyPattern,
    title: "The key: letters, digits and signs of ASCII alone, nothing invisible between them.",
    spellcheck: "false",
  });
  const dialog = html(
    "dialog",
    { class: "dialog", "aria-labelledby": `${id}-title`, onclose: () => endDialog(dialog) },
    html(
      "form",
      {
        method: "dialog",
        onsubmit: () => {
          session.setKey(input.value.trim());
          page.clearFailure();
          drawKeyButton();
          page.announce("The key is kept in this tab only.");
        },
      },
      html("h2", { id: `${id}-title` }, "Key of this server"),
      html(
        "p",
        { class: "muted" },
        "The server printed where it keeps its key when it started, by default ",
        html("code", {}, ".mien/key"),
        ". It stays in this tab and goes to this server only.",
      ),
      html("div", { class: "field" }, html("label", { for: id }, "Key"), input),
      html(
        "div",
        { class: "buttons" },
        html("button", { type: "submit", class: "button primary" }, "Use this key"),
        html(
          "button",
          { type: "button", class: "button", onclick: () => dialog.close() },
          "Cancel",
        ),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}

const keyWords = html("span", {});
const keyButton = html(
  "button",
  { type: "button", class: "button quiet key-button", onclick: openKeyDialog },
  icon("key"),
  keyWords,
);
function drawKeyButton(): void {
  keyWords.textContent = session.hasKey ? "Key set" : "Enter key";
  keyButton.classList.toggle("primary", !session.hasKey);
}

function takeKeyFromAddress(): void {
  const taken = session.takeKeyFromAddress();
  drawKeyButton();
  if (taken === "none") return;
  page.clearFailure();
  if (taken === "unusable") {
    page.fail(
      new Error(
        `The key in this page's address was not used: it is empty, or has characters that no key can have, such as curly quotes. ${
          session.hasKey ? "The key from before is still in use." : "Enter the key by hand."
        }`,
      ),
    );
  }
}

watchFocus();
onPagePaste((files) => {
  page.clearFailure();
  void readChosen(page, () => files, shown.receive(files.length));
});
// A picture dropped beside a drop zone must not replace the page.
for (const type of ["dragover", "drop"]) {
  document.addEventListener(type, (event) => event.preventDefault());
}

document.getElementById("app")!.append(
  html("a", { class: "skip", href: "#content" }, "Skip to the content"),
  html(
    "header",
    { class: "top" },
    html(
      "div",
      { class: "brand" },
      svg(
        "svg",
        { viewBox: "0 0 32 32", class: "mark", "aria-hidden": "true" },
        svg("path", {
          d: "M7 11V9a2 2 0 0 1 2-2h2M21 7h2a2 2 0 0 1 2 2v2M25 21v2a2 2 0 0 1-2 2h-2M11 25H9a2 2 0 0 1-2-2v-2M12.5 13v1M19.5 13v1M12.5 19c1.8 1.8 5.2 1.8 7 0",
        }),
      ),
      html("h1", {}, "Mien"),
    ),
    html(
      "div",
      { role: "tablist", "aria-label": "What to try", class: "tabs", onkeydown: moveTab },
      ...tabs,
    ),
    keyButton,
  ),
  progress,
  html("main", { id: "content", tabindex: "-1" }, failures.element, status, ...panels),
  html(
    "footer",
    { class: "muted small" },
    html(
      "p",
      {},
      "Pictures go to this server only and are never kept; faceIds expire. A similarity is a measurement, not a verdict: let people decide about people.",
      " ",
      html("a", { href: "licences.txt" }, "Licences of what this page is made of"),
    ),
  ),
);
show(shown);
takeKeyFromAddress();
// A link to the page, followed where the page is open already, only changes its address.
addEventListener("hashchange", takeKeyFromAddress);
