/** Head pose out of the pose network's angles and the geometry of the landmarks. */
import type { Point } from "./analysis.js";
import { meanPoint } from "./landmarks68.js";

/**
 * Bias, then the weights of the network's pitch, yaw and roll (the service's signs) and of {@link poseGeometry}.
 * Ridge regression on four fifths of the service's answers for plain portraits and on half of the faces of known pose
 * within 60 degrees of yaw, those counted four times; `training/landmarks/README.md` says how.
 */
export const poseRegression: Readonly<Record<"pitch" | "yaw" | "roll", readonly number[]>> = {
  pitch: [
    12.07, 0.6296, 0.04959, -0.1049, 0.1454, -0.4718, -0.7088, 0.007366, -0.2362, -0.1297, 0.09128,
    0.208,
  ],
  yaw: [
    -1.377, -0.002317, 0.6129, 0.156, -0.1394, 0.1244, 0.01928, 0.3351, -0.0862, -0.3834, -0.001223,
    0.06103,
  ],
  roll: [
    -1.711, -0.0247, 0.005719, 0.4039, 0.6449, -0.241, 0.05206, -0.6908, -0.09608, -0.1279, 0.07922,
    0.1174,
  ],
};

/**
 * The tilt of the eyes, degrees clockwise, then positions with the eyes level, their middle as the origin, and the
 * chin's distance below it as fifty units: nose tip x and y, middle of the mouth x and y, sum of the jaw's ends x and
 * y, distance of the eyes.
 */
export function poseGeometry(landmarks68: Float32Array): number[] {
  const left = meanPoint(landmarks68, [36, 37, 38, 39, 40, 41]);
  const right = meanPoint(landmarks68, [42, 43, 44, 45, 46, 47]);
  const distance = Math.max(1e-3, Math.hypot(right.x - left.x, right.y - left.y));
  const cos = (right.x - left.x) / distance;
  const sin = (right.y - left.y) / distance;
  const local = (indices: readonly number[]): Point => {
    const point = meanPoint(landmarks68, indices);
    const x = point.x - (left.x + right.x) / 2;
    const y = point.y - (left.y + right.y) / 2;
    return { x: x * cos + y * sin, y: y * cos - x * sin };
  };
  const unit = 50 / Math.max(1e-3, local([8]).y);
  const nose = local([30]);
  const mouth = local([48, 54]);
  const jaw = local([1, 15]);
  return [
    (Math.atan2(sin, cos) * 180) / Math.PI,
    nose.x * unit,
    nose.y * unit,
    mouth.x * unit,
    mouth.y * unit,
    2 * jaw.x * unit,
    2 * jaw.y * unit,
    distance * unit,
  ];
}
