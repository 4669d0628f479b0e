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

/** @param look finds faces in a picture, best score first. */
export async function lookAgain(
  sessions: Sessions,
  picture: RgbPicture,
  look: (picture: RgbPicture) => Promise<ScoredBox[]>,
): Promise<ScoredBox[]> {
  const margin = padded(picture);
  const closeUps = await confirmed(sessions, margin.picture, await look(margin.picture));
  if (closeUps.length > 0)
    return closeUps.map((box) => ({
      ...box,
      left: box.left - margin.left,
      right: box.right - margin.left,
      top: box.top - margin.top,
      bottom: box.bottom - margin.top,
    }));
  for (const turns of quarterTurns) {
    const laid = await turned(picture, turns);
    const found = await confirmed(sessions, laid, await look(laid));
    if (found.length > 0) return found.map((box) => turnedBack(box, turns, picture));
  }
  return [];
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
