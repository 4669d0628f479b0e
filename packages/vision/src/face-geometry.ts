/** Regions of a face that follow from its landmarks. */
import type { Point } from "./analysis.js";
import { type LandmarkRegion, meanPoint } from "./landmarks68.js";

/** Indices in the 68 landmarks; left is the side of the picture. */
export const leftEye = [36, 37, 38, 39, 40, 41];
/** Indices in the 68 landmarks; right is the side of the picture. */
export const rightEye = [42, 43, 44, 45, 46, 47];

/** Radians, clockwise as seen, of the line between the eyes. */
export function eyeRoll(landmarks: Float32Array): number {
  const left = meanPoint(landmarks, leftEye);
  const right = meanPoint(landmarks, rightEye);
  return Math.atan2(right.y - left.y, right.x - left.x);
}

/** Size along and across tilted axes, picture pixels. */
interface Extent {
  readonly width: number;
  readonly height: number;
}

/**
 * Extent of points along axes turned by `angle` radians.
 * @param points coordinates by turns, picture pixels, x and y before all others.
 * @param dimensions how many numbers a point has.
 */
export function turnedExtent(
  points: Float32Array,
  dimensions: 2 | 3,
  angle: number,
): Extent & {
  /** Middle of the extent along and across the tilted axes. */
  readonly u: number;
  readonly v: number;
} {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  let [minU, maxU, minV, maxV] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < points.length; at += dimensions) {
    const x = points[at]!;
    const y = points[at + 1]!;
    const u = x * cos + y * sin;
    const v = y * cos - x * sin;
    minU = Math.min(minU, u);
    maxU = Math.max(maxU, u);
    minV = Math.min(minV, v);
    maxV = Math.max(maxV, v);
  }
  return { u: (minU + maxU) / 2, v: (minV + maxV) / 2, width: maxU - minU, height: maxV - minV };
}

/** Extent of the 68 landmarks along axes turned by `angle` radians, and its middle in the picture. */
export function landmarkExtent(
  landmarks68: Float32Array,
  angle: number,
): Extent & { readonly center: Point } {
  const { u, v, width, height } = turnedExtent(landmarks68, 2, angle);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return { center: { x: u * cos - v * sin, y: u * sin + v * cos }, width, height };
}

/**
 * Where the second landmark pass looks: the region that the detector's box would have been, had the face stood
 * upright. The ratios are medians over LFW of the box against the extent of the first pass's landmarks.
 */
export function refinedRegion(landmarks: Float32Array): LandmarkRegion {
  const boxToExtent = 1.406;
  const boxAboveExtent = 0.139;
  const angle = eyeRoll(landmarks);
  const { center, height } = landmarkExtent(landmarks, angle);
  const up = height * boxAboveExtent;
  return {
    center: { x: center.x + Math.sin(angle) * up, y: center.y - Math.cos(angle) * up },
    side: height * boxToExtent,
    angle,
  };
}
