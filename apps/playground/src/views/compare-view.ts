import { limits } from "@mien/contract/limits";
import { html } from "../elements.js";
import { exchangePanel, typescriptProgram } from "../exchange-panel.js";
import { knownFaces, type KnownFace } from "../face-set.js";
import { faceCut, type Picture } from "../picture.js";
import { pictureInput } from "../picture-input.js";
import { falseAcceptRates, rateAt } from "../false-accept-rates.js";
import { comparison } from "../face-set.js";
import type { Page, View } from "../view.js";

interface Side {
  readonly name: string;
  readonly place: HTMLElement;
  faces: readonly KnownFace[];
  chosen: number;
}

/** Tells whether two faces are the same person, and how sure that is. */
export function compareView(page: Page): View {
  const sides: readonly [Side, Side] = [newSide("First picture"), newSide("Second picture")];
  const verdict = html("div", { class: "verdict", "aria-live": "polite" });

  const show = async (side: Side, picture: Picture) => {
    const faces = await page.busy("Looking for faces", () => knownFaces(page, [picture]));
    if (faces === undefined) return;
    side.faces = faces;
    side.chosen = 0;
    if (faces.length === 0) page.fail(new Error(`No face found in ${picture.name}.`));
    draw(side);
    await compare();
  };

  const compare = async () => {
    const [first, second] = sides.map(({ faces, chosen }) => faces[chosen]);
    if (first === undefined || second === undefined) {
      verdict.replaceChildren();
      return;
    }
    const pair = { faceId1: first.faceId, faceId2: second.faceId };
    const answer = await page.busy("Comparing", async () => ({
      result: await page.session.client.verifyFaceToFace(pair),
      rates: await falseAcceptRates(page.session.client, comparison.recognitionModel),
    }));
    if (answer === undefined) return;
    const { result, rates } = answer;
    const rate = rateAt(rates, limits.samePersonConfidence);
    const sentence = result.isIdentical ? "The same person" : "Different people";
    const exchange = page.session.lastExchange;
    verdict.replaceChildren(
      html(
        "section",
        { class: `card ${result.isIdentical ? "yes" : "no"}`, "aria-label": "Answer" },
        html("h2", { class: "verdict-title" }, sentence),
        html("p", { class: "confidence" }, `Confidence ${result.confidence.toFixed(3)}`),
        confidenceScale(result.confidence),
        html(
          "p",
          { class: "muted" },
          `From ${limits.samePersonConfidence} on, two faces count as the same person.`,
          rate === undefined
            ? ""
            : ` At that threshold ${inPercent(rate)} of pairs of strangers were taken for one person when it was measured.`,
        ),
      ),
      ...(exchange === undefined
        ? []
        : [
            exchangePanel(
              exchange,
              typescriptProgram(
                `const answer = await client.verifyFaceToFace(${JSON.stringify(pair, null, 2)});\nconsole.log(answer);`,
              ),
            ),
          ]),
    );
  };

  const draw = (side: Side) => {
    const input = pictureInput({
      title: side.name,
      hint: side.faces.length === 0 ? "Drop, choose, paste or take one." : "Another one?",
      compact: side.faces.length > 0,
      onPictures: ([first]) => void show(side, first!),
      onFailure: page.fail,
    });
    side.place.replaceChildren(...(side.faces.length > 0 ? [faceChoice(side)] : []), input);
  };

  const faceChoice = (side: Side) =>
    html(
      "div",
      { class: "face-choice", role: "group", "aria-label": `${side.name}: which face` },
      ...side.faces.map(({ picture, face, label }, index) =>
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
      verdict,
    ),
    receive: (pictures) => {
      const empty = sides.filter(({ faces }) => faces.length === 0);
      const targets = empty.length > 0 ? empty : [sides[1]];
      pictures
        .slice(0, targets.length)
        .forEach((picture, index) => void show(targets[index]!, picture));
    },
  };
}

function newSide(name: string): Side {
  return { name, place: html("div", { class: "side" }), faces: [], chosen: 0 };
}

/** A scale from 0 to 1 with the threshold marked. */
function confidenceScale(confidence: number): HTMLElement {
  const bar = html("span", { class: "scale-value" });
  bar.style.inlineSize = `${confidence * 100}%`;
  return html(
    "div",
    {
      class: "scale",
      role: "img",
      "aria-label": `${confidence.toFixed(3)} on a scale from 0 to 1, threshold ${limits.samePersonConfidence}`,
    },
    bar,
    html("span", { class: "scale-threshold" }),
  );
}

function inPercent(rate: number): string {
  return `${(rate * 100).toPrecision(2)} %`;
}
