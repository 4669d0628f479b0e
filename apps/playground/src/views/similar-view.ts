import { limits } from "@mien/contract/limits";
import { findSimilarMatchModes } from "@mien/contract/names";
import { html, uniqueId } from "../elements.js";
import { jsonExchange } from "../exchange-panel.js";
import { faceItem, FaceSet } from "../face-set.js";
import { faceCut, type Picture } from "../picture.js";
import { modelChoice } from "../model-choice.js";
import { newestRun } from "../newest-run.js";
import { pictureInput } from "../picture-input.js";
import type { Page, View } from "../view.js";

const modeWords: Record<string, string> = {
  matchPerson: "matchPerson: the same person only",
  matchFace: "matchFace: whoever looks most alike",
};

/** Finds the faces of a set that look like one face. */
export function similarView(page: Page): View {
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
  const queried = new FaceSet(page, models.read);
  const searched = new FaceSet(page, models.read, limits.findSimilar.faceIds.maximum);
  const again = async () => {
    await Promise.all([whenLooked(queried.lookAgain()), whenLooked(searched.lookAgain())]);
  };
  const queryPlace = html("div", { class: "side" });
  const setPlace = html("div", { class: "side" });
  const results = html("div", { "aria-live": "polite" });

  const showQuery = async (picture: Picture) => {
    if ((await whenLooked(queried.replace(picture))) && queried.faces.length === 0)
      page.fail(new Error(`No face found in ${picture.name}.`));
  };
  const whenLooked = async (looking: Promise<boolean>): Promise<boolean> => {
    if (!(await looking)) return false;
    draw();
    await search();
    return true;
  };

  const begin = newestRun();
  const search = async () => {
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
      mode: mode.value,
      ...(count.value === "" ? {} : { maxNumOfCandidatesReturned: Number(count.value) }),
    };
    const found = await page.busy("Searching", () => page.session.client.findSimilar(body));
    if (found === undefined || !isNewest()) return;
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
    const [query] = queried.faces;
    const candidates = searched.faces;
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
        onPictures: (pictures) => void whenLooked(searched.add(pictures)),
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
      void (queried.faces.length === 0
        ? showQuery(pictures[0]!)
        : whenLooked(searched.add(pictures))),
  };
}
