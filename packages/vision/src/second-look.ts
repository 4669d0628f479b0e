/**
 * Where the first look finds nothing: the picture with a wide margin, for faces that fill it, then the picture on its
 * sides and on its head. More looks make more mistakes, so what they find must look like a face to the mesh too.
 */
import type { ScoredBox } from "./boxes.js";
import { seenByMesh } from "./mesh-confirmation.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";
import { padded, turned, turnedBack } from "./turned-picture.js";

/** Quarter turns clockwise that a picture without EXIF may need. */
const quarterTurns = [1, 3, 2] as const;
/** Boxes that the mesh looks at, best first. */
const mostConfirmed = 16;

/**
 * The faces of the look that is surest of one.
 * @param look finds faces in a picture, best score first.
 * @param sureScore a look that scores a face this high ends the search.
 */
export async function lookAgain(
  sessions: Sessions,
  picture: RgbPicture,
  look: (picture: RgbPicture) => Promise<ScoredBox[]>,
  sureScore: number,
): Promise<ScoredBox[]> {
  const bestOf = (boxes: readonly ScoredBox[]): number => boxes[0]?.score ?? 0;
  let best: ScoredBox[] = [];
  for (const other of otherViews(picture)) {
    const { picture: view, back } = await other();
    const found = await confirmed(sessions, view, await look(view));
    if (bestOf(found) > bestOf(best)) best = found.map(back);
    if (bestOf(best) >= sureScore) break;
  }
  return best;
}

interface View {
  readonly picture: RgbPicture;
  /** A box of the view in pixels of the picture as it came. */
  readonly back: (box: ScoredBox) => ScoredBox;
}

/** Views that are made as they are needed. */
function otherViews(picture: RgbPicture): (() => View | Promise<View>)[] {
  const withMargin = (): View => {
    const { picture: view, left, top } = padded(picture);
    return {
      picture: view,
      back: (box) => ({
        ...box,
        left: box.left - left,
        right: box.right - left,
        top: box.top - top,
        bottom: box.bottom - top,
      }),
    };
  };
  const laid = quarterTurns.map((turns) => async (): Promise<View> => ({
    picture: await turned(picture, turns),
    back: (box) => turnedBack(box, turns, picture),
  }));
  return [withMargin, ...laid];
}

/** What the mesh sees too, of the best boxes. */
async function confirmed(
  sessions: Sessions,
  picture: RgbPicture,
  found: readonly ScoredBox[],
): Promise<ScoredBox[]> {
  const boxes = found.slice(0, mostConfirmed);
  const seen = await seenByMesh(sessions, picture, boxes);
  return boxes.filter((_, index) => seen[index]);
}
