/** The passes by which 68 landmarks are found: each looks where the one before takes the face to be. */
import { fivePoints } from "./alignment.js";
import { type Affine, applyAffine, fitSimilarity } from "./affine.js";
import type { Point } from "./analysis.js";
import { longerSide, type ScoredBox } from "./boxes.js";
import { refinedRegion } from "./face-geometry.js";
import { landmarkCount, type LandmarkRegion, predictLandmarks } from "./landmarks68.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";
import type { QuarterTurns } from "./turned-picture.js";

/** The landmarks of two passes: the second's regions are where the first's landmarks say that the faces are. */
export async function lookTwice(
  sessions: Sessions,
  picture: RgbPicture,
  regions: readonly LandmarkRegion[],
): Promise<{ readonly first: Float32Array[]; readonly second: Float32Array[] }> {
  const first = await predictLandmarks(sessions, picture, regions);
  return { first, second: await predictLandmarks(sessions, picture, first.map(refinedRegion)) };
}

/** Where the first pass looks. @param angle radians, clockwise as seen, by which the face is taken to be rolled. */
export function regionOfBox(box: ScoredBox, angle: number): LandmarkRegion {
  return {
    center: { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 },
    // A face that lies on its side has its height along the box's width.
    side: angle === 0 ? box.bottom - box.top : longerSide(box),
    angle,
  };
}

/** The landmarks of boxes whose faces are taken to be upright, whatever the passes say of that. */
export async function uprightLandmarks(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
): Promise<Float32Array[]> {
  const regions = boxes.map((box) => regionOfBox(box, 0));
  return (await lookTwice(sessions, picture, regions)).second;
}

/** Radians, clockwise as seen, of the four ways in which a face may lie: quarter turns, 0 to 3. */
export const quarterAngles: readonly number[] = [0, 1, 2, 3].map(
  (quarter) => (quarter * Math.PI) / 2,
);

/** The whole number of quarter turns nearest to an angle in radians, 0 to 3. */
export function quarterOf(angle: number): 0 | QuarterTurns {
  const turns = Math.round(angle / (Math.PI / 2)) % 4;
  return ((turns + 4) % 4) as 0 | QuarterTurns;
}

/** The landmarks of both passes for a face that is taken to lie in each of the four ways. */
export function lookFourWays(
  sessions: Sessions,
  picture: RgbPicture,
  box: ScoredBox,
): ReturnType<typeof lookTwice> {
  return lookTwice(
    sessions,
    picture,
    quarterAngles.map((angle) => regionOfBox(box, angle)),
  );
}

/**
 * Eyes, nose and mouth corners in the region of a pass, whose side is 1 and whose middle is 0: the means of O-Net's points over
 * 200 upright faces of the half of LFW that fits, in the regions of the second pass, and their mirror images.
 */
const pointsInRegion: readonly Point[] = [
  { x: -0.159, y: -0.138 },
  { x: 0.159, y: -0.138 },
  { x: 0, y: 0.049 },
  { x: -0.141, y: 0.215 },
  { x: 0.141, y: 0.215 },
];

/** Where a pass looks that begins with O-Net's points of a face. */
export function regionOfPoints(points: readonly Point[]): LandmarkRegion {
  const map: Affine = fitSimilarity(pointsInRegion, points);
  return {
    center: applyAffine(map, { x: 0, y: 0 }),
    side: Math.hypot(map.xx, map.yx),
    angle: Math.atan2(map.yx, map.xx),
  };
}

/** Mean distance of two sets' inner points, picture pixels; the jaw moves with every look. */
export function disagreement(a: Float32Array, b: Float32Array): number {
  const from = 17;
  let sum = 0;
  for (let i = from; i < landmarkCount; i++)
    sum += Math.hypot(a[2 * i]! - b[2 * i]!, a[2 * i + 1]! - b[2 * i + 1]!);
  return sum / (landmarkCount - from);
}

/** Mean distance of a set's eyes, nose and mouth corners from five points of the same face, picture pixels. */
export function distanceFromPoints(landmarks: Float32Array, points: readonly Point[]): number {
  const own = fivePoints(landmarks);
  const distances = own.map(({ x, y }, index) =>
    Math.hypot(x - points[index]!.x, y - points[index]!.y),
  );
  return distances.reduce((sum, distance) => sum + distance, 0) / own.length;
}
