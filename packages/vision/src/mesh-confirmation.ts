/** The face mesh as a witness: it says whether the region that it was shown holds a face. */
import type { ScoredBox } from "./boxes.js";
import { bestWayUp, uprightLandmarks } from "./locate-landmarks.js";
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
    ways.push(way.presence >= leastPresence ? quarterTurns(way.roll) : undefined);
  }
  return ways;
}

/** The whole number of quarter turns nearest to an angle in radians, 0 to 3. */
function quarterTurns(angle: number): 0 | QuarterTurns {
  const turns = Math.round(angle / (Math.PI / 2)) % 4;
  return ((turns + 4) % 4) as 0 | QuarterTurns;
}
