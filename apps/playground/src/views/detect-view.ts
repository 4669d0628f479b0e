import { html } from "../elements.js";
import { detectProgram, exchangePanel } from "../exchange-panel.js";
import { faceStage } from "../face-overlay.js";
import { facePanel } from "../face-panel.js";
import { newestRun } from "../newest-run.js";
import { parametersForm } from "../parameters-form.js";
import { RecordedCall } from "../session.js";
import { faceCuts, type Picture } from "../picture.js";
import { pictureInput } from "../picture-input.js";
import { pictureTurns } from "../picture-turns.js";
import { redraw } from "../redraw.js";
import type { Page, View } from "../view.js";

/** Finds the faces of one picture at a time and tells all about them. */
export function detectView(page: Page): View {
  let picture: Picture | undefined;
  /** The picture's, while it is shown: a browser keeps what it stands for as long as it lasts. */
  let url = "";
  const form = parametersForm(() => {
    page.clearFailure();
    void look();
  });
  const stage = html("div", { class: "stage-place" });
  const findings = html("div", { class: "findings" });
  const wire = html("div", { class: "wire" });

  const input = (compact: boolean) =>
    pictureInput(page, {
      title: compact ? "Another picture" : "Drop a picture here",
      hint: compact
        ? "Drop, choose, paste or take one."
        : "Or choose one, paste one, or take one with the camera. It goes to this server only, and is not kept. Several are shown in turn.",
      compact,
      multiple: true,
      onChoice: turns.choice,
    });

  const show = (next: Picture) => {
    URL.revokeObjectURL(url);
    picture = next;
    url = URL.createObjectURL(next.upload);
    redraw(place, input(true));
    stage.replaceChildren(faceStage(next, url).element);
    findings.replaceChildren();
    wire.replaceChildren();
    void look();
  };
  const turns = pictureTurns(page, show);
  const place = html("div", { class: "input-place" }, input(false));

  const begin = newestRun();
  const look = async () => {
    const looked = picture;
    if (looked === undefined) return;
    const isNewest = begin();
    const parameters = form.read();
    const call = new RecordedCall();
    const found = await page.busy(
      "Looking for faces",
      async () => {
        const options = { ...parameters, ...call.options };
        const faces = await page.session.client.detect(looked.upload, options);
        return { faces, cuts: await faceCuts(looked, faces, (index) => `Face ${index + 1}`) };
      },
      turns.element.hidden ? undefined : looked.name,
    );
    if (!isNewest()) return;
    const { exchange } = call;
    redraw(
      wire,
      ...(exchange === undefined ? [] : [exchangePanel(exchange, detectProgram(parameters))]),
    );
    if (found === undefined) {
      stage.replaceChildren(faceStage(looked, url).element);
      findings.replaceChildren();
      return;
    }
    const { faces, cuts } = found;
    const select = (index: number) => {
      shown.select(index);
      panel.select(index);
    };
    const shown = faceStage(looked, url, faces, select);
    const panel = facePanel(faces, cuts, (index) => shown.select(index));
    stage.replaceChildren(
      shown.element,
      ...(faces.some(({ faceAttributes }) => faceAttributes?.headPose !== undefined)
        ? [axesLegend()]
        : []),
    );
    const count =
      faces.length === 0
        ? "No face found"
        : faces.length === 1
          ? "One face"
          : `${faces.length} faces`;
    redraw(
      findings,
      html("h2", {}, count),
      faces.length === 0
        ? html(
            "p",
            { class: "muted" },
            "Try another detection model, or a picture in which faces are larger than 36 pixels.",
          )
        : panel.element,
    );
    if (faces.length > 0) select(0);
    page.announce(`${count}.`);
  };

  return {
    id: "detect",
    title: "Detect",
    element: html(
      "div",
      { class: "columns" },
      html("div", { class: "main-column" }, stage, turns.element, place, wire),
      html(
        "div",
        { class: "side-column" },
        findings,
        html("div", { class: "card" }, html("h2", {}, "Parameters"), form.element),
      ),
    ),
    receive: turns.choice,
  };
}

/** What the lines on a face are. */
function axesLegend(): HTMLElement {
  return html(
    "p",
    { class: "legend muted small" },
    ...(
      [
        ["right", "to the right of the face as seen"],
        ["up", "up"],
        ["forward", "where it looks"],
      ] as const
    ).map(([axis, words]) =>
      html(
        "span",
        {},
        html("span", { class: `swatch axis-${axis}`, "aria-hidden": "true" }),
        words,
      ),
    ),
  );
}
