import { limits } from "@mien/contract/limits";
import { findSimilarMatchModes } from "@mien/contract/names";
import { html, uniqueId } from "../elements.js";
import { jsonExchange } from "../exchange-panel.js";
import { faceItem, knownFaces, type KnownFace } from "../face-set.js";
import { faceCut, type Picture } from "../picture.js";
import { modelChoice } from "../model-choice.js";
import { pictureInput } from "../picture-input.js";
import type { Page, View } from "../view.js";

const modeWords: Record<string, string> = {
  matchPerson: "matchPerson: the same person only",
  matchFace: "matchFace: whoever looks most alike",
};

/** Finds the faces of a set that look like one face. */
export function similarView(page: Page): View {
  let query: KnownFace | undefined;
  let candidates: KnownFace[] = [];
  const modeId = uniqueId("mode");
  const mode = html(
    "select",
    { id: modeId, onchange: () => void search() },
    ...findSimilarMatchModes.map((value) => html("option", { value }, modeWords[value])),
  );
  const countId = uniqueId("count");
  const { minimum, maximum } = limits.findSimilar.maxNumOfCandidatesReturned;
  const count = html("input", {
    id: countId,
    type: "number",
    inputmode: "numeric",
    min: minimum,
    max: maximum,
    placeholder: limits.findSimilar.maxNumOfCandidatesReturned.default,
    onchange: () => void search(),
  });
  const models = modelChoice(() => void again());
  /** Faces of another model are other faces: all pictures are looked at once more. */
  const again = async () => {
    const asked = query?.picture;
    const searched = [...new Set(candidates.map(({ picture }) => picture))];
    query = undefined;
    candidates = [];
    if (asked !== undefined) await showQuery(asked);
    if (searched.length > 0) await addPictures(searched);
  };
  const queryPlace = html("div", { class: "side" });
  const setPlace = html("div", { class: "side" });
  const results = html("div", { "aria-live": "polite" });

  const showQuery = async (picture: Picture) => {
    const faces = await knownFaces(page, [picture], models.read());
    if (faces === undefined) return;
    [query] = faces;
    if (query === undefined) page.fail(new Error(`No face found in ${picture.name}.`));
    draw();
    await search();
  };
  const addPictures = async (pictures: Picture[]) => {
    const faces = await knownFaces(page, pictures, models.read());
    if (faces === undefined) return;
    candidates = [...candidates, ...faces].slice(0, limits.findSimilar.faceIds.maximum);
    draw();
    await search();
  };

  const search = async () => {
    const asked = query;
    if (asked === undefined || candidates.length === 0) {
      results.replaceChildren();
      return;
    }
    const body = {
      faceId: asked.faceId,
      faceIds: candidates.map(({ faceId }) => faceId),
      mode: mode.value,
      ...(count.value === "" ? {} : { maxNumOfCandidatesReturned: Number(count.value) }),
    };
    const found = await page.busy("Searching", () => page.session.client.findSimilar(body));
    if (found === undefined) return;
    const faceOf = new Map(candidates.map((face) => [face.faceId, face]));
    results.replaceChildren(
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
      ...jsonExchange(page.session, "findSimilar", body, "similar"),
    );
  };

  const draw = () => {
    queryPlace.replaceChildren(
      ...(query === undefined
        ? []
        : [
            html(
              "div",
              { class: "face-choice" },
              faceCut(query.picture, query.face.faceRectangle, query.label),
            ),
          ]),
      pictureInput({
        title: "Whom to find",
        hint: query === undefined ? "A picture of one person." : "Somebody else?",
        compact: query !== undefined,
        onPictures: ([first]) => void showQuery(first!),
        onFailure: page.fail,
      }),
    );
    setPlace.replaceChildren(
      ...(candidates.length === 0
        ? []
        : [
            html(
              "p",
              { class: "count" },
              `${candidates.length} ${candidates.length === 1 ? "face" : "faces"} to search`,
            ),
          ]),
      pictureInput({
        title: "Where to look",
        hint: candidates.length === 0 ? "Many pictures, or a folder." : "More pictures?",
        compact: candidates.length > 0,
        multiple: true,
        onPictures: (pictures) => void addPictures(pictures),
        onFailure: page.fail,
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
      html(
        "div",
        { class: "model-choice" },
        html("div", { class: "field" }, html("label", { for: modeId }, "Mode"), mode),
        html("div", { class: "field" }, html("label", { for: countId }, "At most"), count),
      ),
      results,
    ),
    receive: (pictures) =>
      void (query === undefined ? showQuery(pictures[0]!) : addPictures(pictures)),
  };
}
