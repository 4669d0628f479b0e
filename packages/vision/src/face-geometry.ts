/** Regions of a face that follow from its landmarks. */
import type { Point } from "./analysis.js";
import { landmarkCount, type LandmarkRegion, meanPoint } from "./landmarks68.js";

const leftEye = [36, 37, 38, 39, 40, 41];
const rightEye = [42, 43, 44, 45, 46, 47];

/** Radians, clockwise as seen, of the line between the eyes. */
export function eyeRoll(landmarks: Float32Array): number {
  const left = meanPoint(landmarks, leftEye);
  const right = meanPoint(landmarks, rightEye);
  return Math.atan2(right.y - left.y, right.x - left.x);
}

export interface Extent {
  /** Middle of the extent, picture pixels. */
  readonly center: Point;
  /** Size along and across the tilted axes, picture pixels. */
  readonly width: number;
  readonly height: number;
}

/** Extent of the landmarks along axes turned by `angle` radians. */
export function landmarkExtent(landmarks: Float32Array, angle: number): Extent {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  let minU = Infinity;
  let maxU = -Infinity;
  let minV = Infinity;
  let maxV = -Infinity;
  for (let i = 0; i < landmarkCount; i++) {
    const x = landmarks[i * 2]!;
    const y = landmarks[i * 2 + 1]!;
    const u = x * cos + y * sin;
    const v = y * cos - x * sin;
    minU = Math.min(minU, u);
    maxU = Math.max(maxU, u);
    minV = Math.min(minV, v);
    maxV = Math.max(maxV, v);
  }
  const u = (minU + maxU) / 2;
  const v = (minV + maxV) / 2;
  return {
    center: { x: u * cos - v * sin, y: u * sin + v * cos },
    width: maxU - minU,
    height: maxV - minV,
  };
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
