/** From detector boxes to 68 landmarks. */
import { longerSide, type ScoredBox } from "./boxes.js";
import { disagreement, distanceFromPoints, lookTwice, regionOfBox } from "./landmark-passes.js";
import { seeFaces } from "./mtcnn-judges.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";
import { landmarksOfLikeliestWay } from "./ways-up.js";

/**
 * Two passes: the second looks at the face levelled and centred by the first. Where they disagree, or O-Net sees eyes, nose
 * and mouth elsewhere, a mask may hide the face, or it may lie on its side or on its head, which detectors find as well: then
 * all four ways up are tried.
 */
export async function locateLandmarks(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
): Promise<Float32Array[]> {
  const judged = [...boxes.entries()].filter(([, box]) => longerSide(box) >= smallestJudgedFace);
  const [{ first, second }, faces] = await Promise.all([
    lookTwice(
      sessions,
      picture,
      boxes.map((box) => regionOfBox(box, box.tilt ?? 0)),
    ),
    seeFaces(
      sessions,
      picture,
      judged.map(([, box]) => ({ box, angle: box.tilt ?? 0 })),
    ),
  ]);
  for (const [at, [index, box]] of judged.entries()) {
    const side = longerSide(box);
    const settled =
      disagreement(first[index]!, second[index]!) <= side * largestDisagreement &&
      distanceFromPoints(second[index]!, faces[at]!.points) <= side * farthestFromPoints;
    if (!settled) second[index] = await landmarksOfLikeliestWay(sessions, picture, box);
  }
  return second;
}

/**
 * Mean distance of the passes' points over the box's side. Of 250 portraits in all four ways up, one in ten upright
 * faces is above it, and nineteen in twenty of the others. Exported for `training`.
 */
export const largestDisagreement = 0.03;
/**
 * Mean distance of the second pass's eyes, nose and mouth corners from O-Net's over the box's side: of 204 faces of LFW none is
 * above it, of as many with a drawn mask five in six. Exported for `training`.
 */
export const farthestFromPoints = 0.04;
/** Smaller faces, pixels, show too little for O-Net and the mesh to judge. */
const smallestJudgedFace = 32;
