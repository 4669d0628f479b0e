import { answerAboutFaces } from "../answer-about-faces.js";
import { html } from "../elements.js";
import { jsonExchange } from "../exchange-panel.js";
import { FaceSet } from "../face-set.js";
import { intoPlaces, newestChoice, pictureInput } from "../picture-input.js";
import { falseAcceptRates } from "../false-accept-rates.js";
import { modelChoice } from "../model-choice.js";
import { newestRun } from "../newest-run.js";
import { refusedPictures } from "../refused-pictures.js";
import { redraw } from "../redraw.js";
import { RecordedCall } from "../session.js";
import type { Page, View } from "../view.js";
import { verdictCard } from "./verdict.js";

interface Side {
  readonly name: string;
  readonly place: HTMLElement;
  readonly set: FaceSet;
  readonly choice: ReturnType<typeof newestChoice>;
  chosen: number;
}

/** Tells whether two faces are the same person, and how sure that is. */
export function compareView(page: Page): View {
  const verdict = html("div", { class: "verdict", "aria-live": "polite" });
  const models = modelChoice(() => void again());
  const newSide = (name: string): Side => {
    const side: Side = {
      name,
      place: html("div", { class: "side" }),
      set: new FaceSet(page, models.read),
      choice: newestChoice((picture) => void whenLooked(side, side.set.replace(picture))),
      chosen: 0,
    };
    return side;
  };
  const sides = [newSide("First picture"), newSide("Second picture")] as const;

  const again = async () => {
    page.clearFailure();
    verdict.replaceChildren();
    await Promise.all(sides.map((side) => whenLooked(side, side.set.lookAgain())));
  };

  const whenLooked = async (side: Side, looking: Promise<boolean>) => {
    if (!(await looking)) return;
    side.chosen = 0;
    draw(side);
    await compare();
  };

  /** The same pictures have the same faces: the chosen one stays chosen. */
  const lookAgain = async () => {
    await Promise.all(
      sides.map(async (side) => {
        if (!(await side.set.lookAgain())) return;
        if (side.set.faces[side.chosen] === undefined) side.chosen = 0;
        draw(side);
      }),
    );
    await compare(false);
  };

  const begin = newestRun();
  /** @param mayLookAgain whether faces that the server knows no more are looked for once more. */
  const compare = async (mayLookAgain = true) => {
    const isNewest = begin();
    const [first, second] = sides.map(({ set, chosen }) => set.faces[chosen]);
    if (first === undefined || second === undefined) {
      verdict.replaceChildren();
      return;
    }
    const pair = { faceId1: first.faceId, faceId2: second.faceId };
    const call = new RecordedCall();
    const answer = await answerAboutFaces(page, {
      title: "Comparing",
      ask: async () => ({
        result: await page.session.client.verifyFaceToFace(pair, call.options),
        rates: await falseAcceptRates(models.read().recognitionModel),
      }),
      isNewest,
      place: verdict,
      lookAgain: mayLookAgain ? lookAgain : undefined,
    });
    if (answer === undefined) return;
    redraw(
      verdict,
      verdictCard(answer.result, answer.rates),
      ...jsonExchange(call.exchange, "verifyFaceToFace", pair, "answer"),
    );
  };

  const choose = (side: Side, index: number) => {
    page.clearFailure();
    side.chosen = index;
    void compare();
  };

  const draw = (side: Side) => {
    const input = pictureInput(page, {
      title: side.name,
      hint: side.set.faces.length === 0 ? "Drop, choose, paste or take one." : "Another one?",
      compact: side.set.faces.length > 0,
      onChoice: () => intoPlaces(page, side.choice()),
    });
    redraw(
      side.place,
      ...(side.set.faces.length > 0 ? [faceChoice(side, (index) => choose(side, index))] : []),
      ...refusedPictures(side.set, {
        onRemoved: () => draw(side),
        onLooking: (looking) => {
          page.clearFailure();
          void whenLooked(side, looking);
        },
      }),
      input,
    );
  };

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
    receive: (count) => {
      const empty = sides.filter(({ set }) => set.faces.length === 0);
      const targets = empty.length > 0 ? empty : [sides[1]];
      return intoPlaces(page, ...targets.slice(0, count).map(({ choice }) => choice()));
    },
  };
}

/** A button for each face of a side's picture; the chosen one is pressed. */
function faceChoice(side: Side, onChoose: (index: number) => void): HTMLElement {
  const buttons = side.set.faces.map(({ cut }, index) =>
    html(
      "button",
      {
        type: "button",
        name: "face",
        class: "face-button",
        onclick: () => {
          onChoose(index);
          press();
        },
      },
      cut,
    ),
  );
  const press = () =>
    buttons.forEach((button, index) =>
      button.setAttribute("aria-pressed", String(index === side.chosen)),
    );
  press();
  return html(
    "div",
    { class: "face-choice", role: "group", "aria-label": `${side.name}: which face` },
    ...buttons,
  );
}
