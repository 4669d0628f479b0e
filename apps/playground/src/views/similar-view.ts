import type { FaceFindSimilarResult } from "@mien/client";
import { limits } from "@mien/contract/limits";
import { answerAboutFaces } from "../answer-about-faces.js";
import { html } from "../elements.js";
import { jsonExchange } from "../exchange-panel.js";
import { faceItem, FaceSet, type KnownFace } from "../face-set.js";
import { modelChoice } from "../model-choice.js";
import { newestRun } from "../newest-run.js";
import { intoPlaces, intoSet, newestChoice, pictureInput } from "../picture-input.js";
import { refusedPictures } from "../refused-pictures.js";
import { redraw } from "../redraw.js";
import { RecordedCall } from "../session.js";
import type { Page, View } from "../view.js";
import { searchOptions } from "./search-options.js";

/** Finds the faces of a set that look like one face. */
export function similarView(page: Page): View {
  const models = modelChoice(() => void again());
  const options = searchOptions(() => {
    page.clearFailure();
    void search();
  });
  const queried = new FaceSet(page, models.read);
  const searched = new FaceSet(page, models.read, limits.findSimilar.faceIds.maximum);
  const queryPlace = html("div", { class: "side" });
  const setPlace = html("div", { class: "side" });
  const results = html("div", { "aria-live": "polite" });

  const again = async () => {
    page.clearFailure();
    await Promise.all([whenLooked(queried.lookAgain()), whenLooked(searched.lookAgain())]);
  };
  const queryChoice = newestChoice((picture) => void whenLooked(queried.replace(picture)));
  const takeQuery = () => intoPlaces(page, queryChoice());
  const addToSet = () => intoSet(page, (pictures) => void whenLooked(searched.add(pictures)));
  const whenLooked = async (looking: Promise<boolean>) => {
    if (!(await looking)) return;
    draw();
    await search();
  };

  const lookAgain = async () => {
    await Promise.all([queried.lookAgain(), searched.lookAgain()]);
    draw();
    await search(false);
  };

  const begin = newestRun();
  /** @param mayLookAgain whether faces that the server knows no more are looked for once more. */
  const search = async (mayLookAgain = true) => {
    const isNewest = begin();
    const [asked] = queried.faces;
    const candidates = searched.faces;
    if (asked === undefined || candidates.length === 0) {
      results.replaceChildren();
      return;
    }
    const body = {
      faceId: asked.faceId,
      faceIds: candidates.map(({ faceId }) => faceId),
      ...options.read(),
    };
    const call = new RecordedCall();
    const found = await answerAboutFaces(page, {
      title: "Searching",
      ask: () => page.session.client.findSimilar(body, call.options),
      isNewest,
      place: results,
      lookAgain: mayLookAgain ? lookAgain : undefined,
    });
    if (found === undefined) return;
    redraw(
      results,
      ...foundFaces(found, candidates),
      ...jsonExchange(call.exchange, "findSimilar", body, "similar"),
    );
  };

  const refusals = {
    onRemoved: () => draw(),
    onLooking: (looking: Promise<boolean>) => {
      page.clearFailure();
      void whenLooked(looking);
    },
  };
  const draw = () => {
    const [query] = queried.faces;
    redraw(
      queryPlace,
      ...(query === undefined ? [] : [queryFace(query)]),
      ...refusedPictures(queried, refusals),
      pictureInput(page, {
        title: "Whom to find",
        hint: query === undefined ? "A picture of one person." : "Somebody else?",
        compact: query !== undefined,
        onChoice: takeQuery,
      }),
    );
    const count = searched.faces.length;
    redraw(
      setPlace,
      ...(count === 0 ? [] : [setCount(count)]),
      ...refusedPictures(searched, refusals),
      pictureInput(page, {
        title: "Where to look",
        hint: count === 0 ? "Many pictures, or a folder." : "More pictures?",
        compact: count > 0,
        multiple: true,
        onChoice: addToSet,
      }),
    );
  };
  draw();
  return {
    id: "similar",
    title: "Similar",
    element: html(
      "div",
      { class: "narrow" },
      html("div", { class: "pair" }, queryPlace, setPlace),
      models.element,
      options.element,
      results,
    ),
    receive: () => (queried.faces.length === 0 ? takeQuery() : addToSet()),
  };
}

function queryFace({ cut }: KnownFace): HTMLElement {
  return html("div", { class: "face-choice" }, cut);
}

function setCount(count: number): HTMLElement {
  return html("p", { class: "count" }, `${count} ${count === 1 ? "face" : "faces"} to search`);
}

/** A heading and the faces in the order of the answer, each with its confidence. */
function foundFaces(
  found: readonly FaceFindSimilarResult[],
  candidates: readonly KnownFace[],
): readonly HTMLElement[] {
  const faceOf = new Map(candidates.map((face) => [face.faceId, face]));
  return [
    html(
      "h2",
      {},
      found.length === 0 ? "Nobody similar" : `${found.length} of ${candidates.length} faces`,
    ),
    html(
      "ol",
      { class: "face-grid" },
      ...found.map(({ faceId, confidence }) =>
        faceItem(faceOf.get(faceId!)!, confidence.toFixed(3)),
      ),
    ),
  ];
}
