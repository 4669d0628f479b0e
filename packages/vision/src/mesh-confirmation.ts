/** The face mesh as a witness: it says whether the region that it was shown holds a face. */
import type { ScoredBox } from "./boxes.js";
import { bestWayUp, quarterOf, uprightLandmarks } from "./locate-landmarks.js";
import { meshRegion, predictMeshes } from "./mesh-landmarks.js";
import type { QuarterTurns } from "./turned-picture.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";

/** The mesh's logit from which it sees a face: nearly all clear faces are above, nearly all else below. */
const leastPresence = 0;

/**
 * How each box's face lies, in quarter turns clockwise of upright; `undefined` where the mesh sees no face, whichever way
 * up.
 */
export async function waysUp(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
): Promise<(0 | QuarterTurns | undefined)[]> {
  if (boxes.length === 0) return [];
  const regions = (await uprightLandmarks(sessions, picture, boxes)).map(meshRegion);
  const meshes = await predictMeshes(sessions, picture, regions);
  const ways: (0 | QuarterTurns | undefined)[] = [];
  for (const [index, { presence }] of meshes.entries()) {
    const way =
      presence >= leastPresence
        ? { presence, roll: regions[index]!.angle }
        : await bestWayUp(sessions, picture, boxes[index]!);
    ways.push(way.presence >= leastPresence ? quarterOf(way.roll) : undefined);
  }
  return ways;
}
