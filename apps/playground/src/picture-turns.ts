import { html } from "./elements.js";
import { newestRun } from "./newest-run.js";
import { readPicture, type Picture } from "./picture.js";
import type { TakeFiles } from "./picture-input.js";
import type { Page } from "./view.js";

export interface PictureTurns {
  readonly element: HTMLElement;
  /** Begins a choice of pictures, which takes the place of what was chosen before, also of what is still being read. */
  readonly choice: () => TakeFiles;
}

/** Shows many pictures in a place of one: in turn, each read when its turn comes, for a folder may hold thousands. */
export function pictureTurns(page: Page, show: (picture: Picture) => void): PictureTurns {
  let files: readonly File[] = [];
  /** The place of the one that was asked for last. */
  let wanted = 0;
  const begin = newestRun();

  /** Those that cannot be read are told of and left out. @param step to the one that is shown instead of them. */
  const turnTo = async (
    chosen: readonly File[],
    place: number,
    step: 1 | -1,
    isNewest: () => boolean,
  ) => {
    const readable = [...chosen];
    let at = place;
    while (readable.length > 0) {
      const file = readable[at]!;
      const picture = await readPicture(file).catch((error: unknown) => {
        if (isNewest()) page.fail(error, file.name);
      });
      if (!isNewest()) return;
      if (picture !== undefined) {
        files = readable;
        wanted = at;
        words.replaceChildren(
          html("span", { class: "ellipsis", title: file.name }, file.name),
          html("span", {}, `, ${at + 1} of ${files.length}`),
        );
        show(picture);
        return;
      }
      readable.splice(at, 1);
      at = wrapped(step === 1 ? at : at - 1, readable.length);
    }
  };
  const turn = (step: 1 | -1) => {
    page.clearFailure();
    wanted = wrapped(wanted + step, files.length);
    void page.busy("Reading pictures", () => turnTo(files, wanted, step, begin()));
  };
  const button = (title: string, step: 1 | -1) =>
    html("button", { type: "button", class: "button", onclick: () => turn(step) }, title);
  const words = html("p", { class: "muted small" });
  const element = html(
    "div",
    { class: "turns", role: "group", "aria-label": "Pictures in turn", hidden: true },
    button("Previous", -1),
    words,
    button("Next", 1),
  );
  return {
    element,
    choice: () => {
      const isNewest = begin();
      return async (chosen) => {
        if (chosen.length === 0) return;
        if (isNewest()) element.hidden = chosen.length === 1;
        await turnTo(chosen, 0, 1, isNewest);
      };
    },
  };
}

/** The first comes after the last. */
function wrapped(place: number, count: number): number {
  return count === 0 ? 0 : (place + count) % count;
}
