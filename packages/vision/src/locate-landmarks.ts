/** From detector boxes to 68 landmarks. */
import type { ScoredBox } from "./boxes.js";
import { refinedRegion } from "./face-geometry.js";
import { landmarkCount, type LandmarkRegion, predictLandmarks } from "./landmarks68.js";
import { meshRegion, predictMeshes } from "./mesh-landmarks.js";
import { judgeWaysUp } from "./mtcnn-judges.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";
import type { QuarterTurns } from "./turned-picture.js";

/**
 * Two passes: the second looks at the face levelled and centred by the first. Where they disagree, the face may lie on
 * its side or on its head, which detectors find as well: then all four ways up are tried.
 */
export async function locateLandmarks(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
): Promise<Float32Array[]> {
  const { first, second } = await lookTwice(
    sessions,
    picture,
    boxes.map((box) => regionOf(box, box.tilt ?? 0)),
  );
  for (const [index, box] of boxes.entries()) {
    const side = Math.max(box.right - box.left, box.bottom - box.top);
    if (side < smallestTurnedFace) continue;
    if (disagreement(first[index]!, second[index]!) <= side * largestDisagreement) continue;
    const found = quarterOf(box.tilt ?? 0);
    const judged = await judgeWaysUp(sessions, picture, box);
    const prior = judged.map(
      (logit, way) => wayWeights.judged * logit + (way === found ? wayWeights.found : 0),
    );
    second[index] = (await bestWayUp(sessions, picture, box, prior)).landmarks;
  }
  return second;
}

/**
 * Mean distance of the passes' points over the box's side. Of 250 portraits in all four ways up, one in ten upright
 * faces is above it, and nineteen in twenty of the others. Exported for `training`.
 */
export const largestDisagreement = 0.03;
/** Smaller faces, pixels, show too little for the mesh to judge. */
const smallestTurnedFace = 32;
/**
 * What counts for a way up beside the logit that the mesh sees a face: O-Net's, and that the detector found the face
 * so. Where a mask leaves little to see, the mesh alone is as sure of the reverse. Fitted by `training/detection/ways.js`.
 */
const wayWeights = { judged: 2.6, found: 7.6 };

/** The landmarks of both passes: the second's regions are where the first's landmarks say that the faces are. */
async function lookTwice(
  sessions: Sessions,
  picture: RgbPicture,
  regions: readonly LandmarkRegion[],
): Promise<{ readonly first: Float32Array[]; readonly second: Float32Array[] }> {
  const first = await predictLandmarks(sessions, picture, regions);
  return { first, second: await predictLandmarks(sessions, picture, first.map(refinedRegion)) };
}

/** The landmarks of boxes whose faces are taken to be upright, whatever the passes say of that. */
export async function uprightLandmarks(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
): Promise<Float32Array[]> {
  const regions = boxes.map((box) => regionOf(box, 0));
  return (await lookTwice(sessions, picture, regions)).second;
}

function regionOf(box: ScoredBox, angle: number): LandmarkRegion {
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  return {
    center: { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 },
    // A face that lies on its side has its height along the box's width.
    side: angle === 0 ? height : Math.max(width, height),
    angle,
  };
}

/** What is seen of a face in each of the four ways in which it may lie: quarter turns clockwise, 0 to 3. */
interface WaysSeen {
  readonly first: readonly Float32Array[];
  readonly second: readonly Float32Array[];
  /** Where the second landmarks place the face. */
  readonly regions: readonly LandmarkRegion[];
  /** The mesh's logits that it sees one there. */
  readonly presences: readonly number[];
}

/** Exported for `training`. */
export async function seeWaysUp(
  sessions: Sessions,
  picture: RgbPicture,
  box: ScoredBox,
): Promise<WaysSeen> {
  const looks = await lookTwice(
    sessions,
    picture,
    [0, 1, 2, 3].map((quarter) => regionOf(box, (quarter * Math.PI) / 2)),
  );
  const regions = looks.second.map(meshRegion);
  const meshes = await predictMeshes(sessions, picture, regions);
  return { ...looks, regions, presences: meshes.map(({ presence }) => presence) };
}

/**
 * The landmarks of the way up that most speaks for, the mesh's logit that it sees a face there, and the face's roll.
 * @param prior what speaks for each way beside that logit; absent, nothing.
 */
export async function bestWayUp(
  sessions: Sessions,
  picture: RgbPicture,
  box: ScoredBox,
  prior: readonly number[] = [0, 0, 0, 0],
): Promise<{
  readonly landmarks: Float32Array;
  readonly presence: number;
  /** Radians, clockwise as seen. */
  readonly roll: number;
}> {
  const { second, regions, presences } = await seeWaysUp(sessions, picture, box);
  const evidence = presences.map((presence, way) => presence + prior[way]!);
  const best = evidence.indexOf(Math.max(...evidence));
  // Boxes of faces on their side fit badly, so the first two passes began further off than those of other faces.
  const [landmarks] = await predictLandmarks(sessions, picture, [refinedRegion(second[best]!)]);
  return { landmarks: landmarks!, presence: presences[best]!, roll: regions[best]!.angle };
}

/** The whole number of quarter turns nearest to an angle in radians, 0 to 3. */
export function quarterOf(angle: number): 0 | QuarterTurns {
  const turns = Math.round(angle / (Math.PI / 2)) % 4;
  return ((turns + 4) % 4) as 0 | QuarterTurns;
}

/** Mean distance of the inner points, picture pixels; the jaw moves with every look. Exported for `training`. */
export function disagreement(a: Float32Array, b: Float32Array): number {
  const from = 17;
  let sum = 0;
  for (let i = from; i < landmarkCount; i++)
    sum += Math.hypot(a[2 * i]! - b[2 * i]!, a[2 * i + 1]! - b[2 * i + 1]!);
  return sum / (landmarkCount - from);
}
