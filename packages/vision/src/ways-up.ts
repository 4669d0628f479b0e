/** Which way up a face lies, and its landmarks, where two passes leave both open. */
import { longerSide, type ScoredBox } from "./boxes.js";
import {
  distanceFromPoints,
  lookFourWays,
  quarterAngles,
  quarterOf,
  regionOfPoints,
} from "./landmark-passes.js";
import { predictLandmarks } from "./landmarks68.js";
import { meshRegion, predictMeshes } from "./mesh-landmarks.js";
import { seeFaces } from "./mtcnn-judges.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";

/** What is seen of a face that is taken to lie one way. */
export interface WaySeen {
  readonly landmarks: Float32Array;
  /** The mesh's logit that it sees a face there. */
  readonly presence: number;
  /** O-Net's bounded logit that it does. */
  readonly judged: number;
  /** How far the landmarks are from O-Net's points, in sides of the box. */
  readonly apart: number;
}

/**
 * What counts for a way up beside the mesh's logit: O-Net's, how far its points are from the landmarks, and that the
 * detector found the face so. Where a mask leaves little to see, the mesh alone is as sure of the reverse. Fitted by
 * `training/detection/ways.js`.
 */
const wayWeights = { judged: 2.1, apart: -34, found: 6.8 };

/** The landmarks of the way up that most speaks for. */
export async function landmarksOfLikeliestWay(
  sessions: Sessions,
  picture: RgbPicture,
  box: ScoredBox,
): Promise<Float32Array> {
  const found = quarterOf(box.tilt ?? 0);
  const ways = await seeWaysUp(sessions, picture, box);
  const evidence = ways.map(
    ({ presence, judged, apart }, way) =>
      presence +
      wayWeights.judged * judged +
      wayWeights.apart * apart +
      (way === found ? wayWeights.found : 0),
  );
  return ways[evidence.indexOf(Math.max(...evidence))]!.landmarks;
}

/**
 * What is seen in each of the four ways in which a face may lie: quarter turns clockwise, 0 to 3. Below a mask the passes
 * take what is seen for the whole face, and put the mouth where an eye is. O-Net's points hold there, so that a pass
 * which begins with them is nearer to the truth, or at times further; the nearer to O-Net's points counts. Exported for
 * `training`.
 */
export async function seeWaysUp(
  sessions: Sessions,
  picture: RgbPicture,
  box: ScoredBox,
): Promise<WaySeen[]> {
  const side = longerSide(box);
  const [{ second }, faces] = await Promise.all([
    lookFourWays(sessions, picture, box),
    seeFaces(
      sessions,
      picture,
      quarterAngles.map((angle) => ({ box, angle })),
    ),
  ]);
  const begun = await predictLandmarks(
    sessions,
    picture,
    faces.map(({ points }) => regionOfPoints(points)),
  );
  const nearer = faces.map(({ points }, way) => {
    const sets = [second[way]!, begun[way]!].map((landmarks) => ({
      landmarks,
      apart: distanceFromPoints(landmarks, points) / side,
    }));
    return sets[0]!.apart <= sets[1]!.apart ? sets[0]! : sets[1]!;
  });
  const meshes = await predictMeshes(
    sessions,
    picture,
    nearer.map(({ landmarks }) => meshRegion(landmarks)),
  );
  return nearer.map((own, way) => ({
    ...own,
    presence: meshes[way]!.presence,
    judged: faces[way]!.logit,
  }));
}
