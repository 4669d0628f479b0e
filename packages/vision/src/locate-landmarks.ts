/** From detector boxes to 68 landmarks. */
import type { ScoredBox } from "./boxes.js";
import { refinedRegion } from "./face-geometry.js";
import { predictLandmarks } from "./landmarks68.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";

/** Two passes: the second looks at the face levelled and centred by the first. */
export async function locateLandmarks(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
): Promise<Float32Array[]> {
  const first = await predictLandmarks(
    sessions,
    picture,
    boxes.map((box) => ({
      center: { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 },
      // A face that lies on its side has its height along the box's width.
      side: Math.abs(Math.sin(box.tilt ?? 0)) > 0.7 ? box.right - box.left : box.bottom - box.top,
      angle: box.tilt ?? 0,
    })),
  );
  return predictLandmarks(sessions, picture, first.map(refinedRegion));
}
