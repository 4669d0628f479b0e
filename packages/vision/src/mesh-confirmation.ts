/** The face mesh as a witness: it says whether the region that it was shown holds a face. */
import type { ScoredBox } from "./boxes.js";
import { refinedRegion } from "./face-geometry.js";
import { predictLandmarks } from "./landmarks68.js";
import { bestWayUp } from "./locate-landmarks.js";
import { meshRegion, predictMeshes } from "./mesh-landmarks.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";

/** The mesh's logit from which it sees a face: nearly all clear faces are above, nearly all else below. */
const leastPresence = 0;

/** For each box, whether the mesh sees a face there, whichever way up. */
export async function seenByMesh(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
): Promise<boolean[]> {
  if (boxes.length === 0) return [];
  const first = await predictLandmarks(
    sessions,
    picture,
    boxes.map(({ left, top, right, bottom }) => ({
      center: { x: (left + right) / 2, y: (top + bottom) / 2 },
      side: bottom - top,
      angle: 0,
    })),
  );
  const second = await predictLandmarks(sessions, picture, first.map(refinedRegion));
  const meshes = await predictMeshes(sessions, picture, second.map(meshRegion));
  const seen: boolean[] = [];
  for (const [index, { presence }] of meshes.entries())
    seen.push(
      presence >= leastPresence ||
        (await bestWayUp(sessions, picture, boxes[index]!)).presence >= leastPresence,
    );
  return seen;
}
