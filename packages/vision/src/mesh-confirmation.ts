/** The face mesh as a witness: it says whether the region that it was shown holds a face. */
import type { ScoredBox } from "./boxes.js";
import { lookFourWays, quarterOf, uprightLandmarks } from "./landmark-passes.js";
import type { LandmarkRegion } from "./landmarks68.js";
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
        ? { presence, region: regions[index]! }
        : await clearestWay(sessions, picture, boxes[index]!);
    ways.push(way.presence >= leastPresence ? quarterOf(way.region.angle) : undefined);
  }
  return ways;
}

/** Of the four ways in which a face may lie, the one in which the mesh is surest of it. */
async function clearestWay(
  sessions: Sessions,
  picture: RgbPicture,
  box: ScoredBox,
): Promise<{ readonly presence: number; readonly region: LandmarkRegion }> {
  const { second } = await lookFourWays(sessions, picture, box);
  const regions = second.map(meshRegion);
  const presences = (await predictMeshes(sessions, picture, regions)).map((mesh) => mesh.presence);
  const best = presences.indexOf(Math.max(...presences));
  return { presence: presences[best]!, region: regions[best]! };
}
