/**
 * Where the first look finds nothing: the picture with a wide margin, for faces that fill it, then the picture on its
 * sides and on its head. More looks make more mistakes, so what they find must look like a face to the mesh too, or be
 * a masked face that fills the picture.
 */
import type { ScoredBox } from "./boxes.js";
import { seenMasks } from "./mask-witness.js";
import { seenByMesh } from "./mesh-confirmation.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";
import { padded, turned, turnedBack } from "./turned-picture.js";

/** Quarter turns clockwise that a picture without EXIF may need. */
const quarterTurns = [1, 3, 2] as const;
/** Boxes that the mesh looks at, best first. */
const mostConfirmed = 16;
/**
 * Of a masked face that fills its picture the detectors see a forehead: their score from which the network that knows
 * masks is asked, and the part of the picture's shorter side that such a face must have.
 */
const masked = { leastScore: 0.01, leastPart: 0.5 };

/** The scores from which what a look finds counts. */
export interface LookScores {
  /** Of a face that the mesh sees too. */
  readonly threshold: number;
  /** A look that scores a face this high ends the search. */
  readonly sure: number;
}

/**
 * The faces of the look that is surest of one.
 * @param look finds faces of at least a score in a picture, best score first.
 */
export async function lookAgain(
  sessions: Sessions,
  picture: RgbPicture,
  look: (picture: RgbPicture, leastScore: number) => Promise<ScoredBox[]>,
  { threshold, sure }: LookScores,
): Promise<ScoredBox[]> {
  const bestOf = (boxes: readonly ScoredBox[]): number => boxes[0]?.score ?? 0;
  let best: ScoredBox[] = [];
  for (const other of otherViews(picture)) {
    const { picture: view, back, fillsFrom } = await other();
    const seen = await look(view, fillsFrom === undefined ? threshold : masked.leastScore);
    const likely = seen.filter(({ score }) => score >= threshold);
    let found = await confirmed(sessions, view, likely);
    if (found.length === 0 && fillsFrom !== undefined)
      found = await maskedAndLarge(sessions, view, seen, fillsFrom);
    if (bestOf(found) > bestOf(best)) best = found.map(back);
    if (bestOf(best) >= sure) break;
  }
  return best;
}

interface View {
  readonly picture: RgbPicture;
  /** A box of the view in pixels of the picture as it came. */
  readonly back: (box: ScoredBox) => ScoredBox;
  /** Where the view is for faces that fill the picture: from this height they do. */
  readonly fillsFrom?: number;
}

/** Views that are made as they are needed. */
function otherViews(picture: RgbPicture): (() => View | Promise<View>)[] {
  const withMargin = (): View => {
    const { picture: view, left, top } = padded(picture);
    return {
      picture: view,
      fillsFrom: masked.leastPart * Math.min(picture.width, picture.height),
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

/** The masked face that fills the picture, scored by how sure of its mask the network is. */
async function maskedAndLarge(
  sessions: Sessions,
  view: RgbPicture,
  found: readonly ScoredBox[],
  fillsFrom: number,
): Promise<ScoredBox[]> {
  const large = found
    .filter(({ top, bottom }) => bottom - top >= fillsFrom)
    .slice(0, mostConfirmed);
  const shares = await seenMasks(sessions, view, large);
  return large
    .map((box, index) => ({ ...box, score: shares[index]! }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, 1);
}
