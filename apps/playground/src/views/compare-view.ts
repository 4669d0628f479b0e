import { limits } from "@mien/contract/limits";
import { html } from "../elements.js";
import { jsonExchange } from "../exchange-panel.js";
import { FaceSet } from "../face-set.js";
import { faceCut, type Picture } from "../picture.js";
import { pictureInput } from "../picture-input.js";
import { falseAcceptRates, type FalseAcceptRate, rateAt } from "../false-accept-rates.js";
import { modelChoice } from "../model-choice.js";
import { newestRun } from "../newest-run.js";
import type { Page, View } from "../view.js";

interface Side {
  readonly name: string;
  readonly place: HTMLElement;
  readonly set: FaceSet;
  chosen: number;
}

/** Tells whether two faces are the same person, and how sure that is. */
export function compareView(page: Page): View {
  const verdict = html("div", { class: "verdict", "aria-live": "polite" });
  const models = modelChoice(() => void again());
  const newSide = (name: string): Side => ({
    name,
    place: html("div", { class: "side" }),
    set: new FaceSet(page, models.read),
    chosen: 0,
  });
  const sides = [newSide("First picture"), newSide("Second picture")] as const;

  const again = async () => {
    verdict.replaceChildren();
    await Promise.all(sides.map((side) => whenLooked(side, side.set.lookAgain())));
  };

  const show = async (side: Side, picture: Picture) => {
    if ((await whenLooked(side, side.set.replace(picture))) && side.set.faces.length === 0)
      page.fail(new Error(`No face found in ${picture.name}.`));
  };

  const whenLooked = async (side: Side, looking: Promise<boolean>): Promise<boolean> => {
    if (!(await looking)) return false;
    side.chosen = 0;
    draw(side);
    await compare();
    return true;
  };

  const begin = newestRun();
  const compare = async () => {
    const isNewest = begin();
    const [first, second] = sides.map(({ set, chosen }) => set.faces[chosen]);
    if (first === undefined || second === undefined) {
      verdict.replaceChildren();
      return;
    }
    const pair = { faceId1: first.faceId, faceId2: second.faceId };
    const answer = await page.busy("Comparing", async () => ({
      result: await page.session.client.verifyFaceToFace(pair),
      rates: await falseAcceptRates(models.read().recognitionModel),
    }));
    if (answer === undefined || !isNewest()) return;
    const { result, rates } = answer;
    const rate = rateAt(rates, limits.samePersonConfidence);
    const reached = rates.filter((row) => row.confidence <= result.confidence).at(-1);
    const sentence = result.isIdentical ? "The same person" : "Different people";
    verdict.replaceChildren(
      html(
        "section",
        { class: `card ${result.isIdentical ? "yes" : "no"}`, "aria-label": "Answer" },
        html("h2", { class: "verdict-title" }, sentence),
        html("p", { class: "confidence" }, `Confidence ${result.confidence.toFixed(3)}`),
        confidenceScale(result.confidence, rates),
        html(
          "p",
          { class: "muted" },
          `From ${limits.samePersonConfidence} on, two faces count as the same person.`,
          rate === undefined
            ? ""
            : ` At that threshold ${inPercent(rate)} of pairs of strangers were taken for one person when it was measured.`,
          reached === undefined || reached.confidence === limits.samePersonConfidence
            ? ""
            : ` ${reached.confidence} or more was reached by ${inPercent(reached.rate)} of them.`,
        ),
      ),
      ...jsonExchange(page.session, "verifyFaceToFace", pair, "answer"),
    );
  };

  const draw = (side: Side) => {
    const input = pictureInput({
      title: side.name,
      hint: side.set.faces.length === 0 ? "Drop, choose, paste or take one." : "Another one?",
      compact: side.set.faces.length > 0,
      onPictures: ([first]) => void show(side, first!),
      onFailure: page.fail,
    });
    side.place.replaceChildren(...(side.set.faces.length > 0 ? [faceChoice(side)] : []), input);
  };

  const faceChoice = (side: Side) =>
    html(
      "div",
      { class: "face-choice", role: "group", "aria-label": `${side.name}: which face` },
      ...side.set.faces.map(({ picture, face, label }, index) =>
        html(
          "button",
          {
            type: "button",
            class: "face-button",
            "aria-pressed": String(index === side.chosen),
            onclick: () => {
              side.chosen = index;
              draw(side);
              void compare();
            },
          },
          faceCut(picture, face.faceRectangle, label),
        ),
      ),
    );

  for (const side of sides) draw(side);
  return {
    id: "compare",
    title: "Compare",
    element: html(
      "div",
      { class: "narrow" },
      html("div", { class: "pair" }, sides[0].place, sides[1].place),
      models.element,
      verdict,
    ),
    receive: (pictures) => {
      const empty = sides.filter(({ set }) => set.faces.length === 0);
      const targets = empty.length > 0 ? empty : [sides[1]];
      pictures
        .slice(0, targets.length)
        .forEach((picture, index) => void show(targets[index]!, picture));
    },
  };
}

/** A scale from 0 to 1 with the threshold marked, and below it what strangers reached. */
function confidenceScale(confidence: number, rates: readonly FalseAcceptRate[]): HTMLElement {
  const bar = html("span", { class: "scale-value" });
  bar.style.inlineSize = `${confidence * 100}%`;
  const marks = [0.1, 0.3, limits.samePersonConfidence, 0.7, 0.9].flatMap((at) => {
    const rate = rateAt(rates, at);
    if (rate === undefined) return [];
    const mark = html("span", {}, inPercent(rate));
    mark.style.insetInlineStart = `${at * 100}%`;
    return [mark];
  });
  return html(
    "div",
    {
      class: "scale-place",
      role: "img",
      "aria-label": `${confidence.toFixed(3)} on a scale from 0 to 1, threshold ${limits.samePersonConfidence}`,
    },
    html("div", { class: "scale" }, bar, html("span", { class: "scale-threshold" })),
    html("div", { class: "scale-marks" }, ...marks),
    html("p", { class: "muted small" }, "Share of pairs of strangers that reach each point."),
  );
}

function inPercent(rate: number): string {
  return rate > 0 && rate < 1e-4
    ? `one in ${Number((1 / rate).toPrecision(2)).toLocaleString("en")}`
    : `${Number((rate * 100).toPrecision(2))} %`;
}
