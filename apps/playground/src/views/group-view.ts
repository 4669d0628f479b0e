import { limits } from "@mien/contract/limits";
import { answerAboutFaces } from "../answer-about-faces.js";
import { html } from "../elements.js";
import { jsonExchange } from "../exchange-panel.js";
import { faceItem, FaceSet } from "../face-set.js";
import { modelChoice } from "../model-choice.js";
import { newestRun } from "../newest-run.js";
import { intoSet, pictureInput } from "../picture-input.js";
import { refusedPictures } from "../refused-pictures.js";
import { redraw } from "../redraw.js";
import { RecordedCall } from "../session.js";
import type { Page, View } from "../view.js";

/** Divides the faces of many pictures into people. */
export function groupView(page: Page): View {
  const place = html("div", {});
  const results = html("div", { "aria-live": "polite" });
  const models = modelChoice(() => {
    page.clearFailure();
    void whenLooked(set.lookAgain());
  });
  const set = new FaceSet(page, models.read, limits.group.faceIds.maximum);

  const addToSet = () => intoSet(page, (pictures) => void whenLooked(set.add(pictures)));
  const whenLooked = async (looking: Promise<boolean>) => {
    if (!(await looking)) return;
    draw();
    await group();
  };

  const lookAgain = async () => {
    if (!(await set.lookAgain())) return;
    draw();
    await group(false);
  };

  const begin = newestRun();
  /** @param mayLookAgain whether faces that the server knows no more are looked for once more. */
  const group = async (mayLookAgain = true) => {
    const isNewest = begin();
    const { faces } = set;
    if (faces.length < limits.group.faceIds.minimum) {
      results.replaceChildren(
        html("p", { class: "muted" }, "Grouping needs at least two faces. Add more pictures."),
      );
      return;
    }
    const body = { faceIds: faces.map(({ faceId }) => faceId) };
    const call = new RecordedCall();
    const answer = await answerAboutFaces(page, {
      title: "Grouping",
      ask: () => page.session.client.group(body, call.options),
      isNewest,
      place: results,
      lookAgain: mayLookAgain ? lookAgain : undefined,
    });
    if (answer === undefined) return;
    const faceOf = new Map(faces.map((face) => [face.faceId, face]));
    const section = (title: string, ids: readonly string[]) =>
      html(
        "section",
        { class: "card" },
        html(
          "h2",
          {},
          title,
          html(
            "span",
            { class: "muted small" },
            ` ${ids.length} ${ids.length === 1 ? "face" : "faces"}`,
          ),
        ),
        html("ul", { class: "face-grid" }, ...ids.map((id) => faceItem(faceOf.get(id)!))),
      );
    redraw(
      results,
      ...answer.groups.map((ids, index) => section(`Person ${index + 1}`, ids)),
      ...(answer.messyGroup.length > 0 ? [section("Seen once", answer.messyGroup)] : []),
      ...jsonExchange(call.exchange, "group", body, "people"),
    );
    const people = answer.groups.length;
    page.announce(`${people} ${people === 1 ? "person" : "people"} found more than once.`);
  };

  const draw = () => {
    const { faces } = set;
    redraw(
      place,
      pictureInput(page, {
        title: faces.length === 0 ? "Drop a folder of pictures here" : "More pictures",
        hint:
          faces.length === 0
            ? "All their faces are sorted into people."
            : `${faces.length} ${faces.length === 1 ? "face" : "faces"} so far.`,
        multiple: true,
        compact: faces.length > 0,
        onChoice: addToSet,
      }),
      ...refusedPictures(set, {
        onRemoved: draw,
        onLooking: (looking) => {
          page.clearFailure();
          void whenLooked(looking);
        },
      }),
    );
  };
  draw();
  return {
    id: "group",
    title: "Group",
    element: html("div", { class: "narrow" }, place, models.element, results),
    receive: addToSet,
  };
}
