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
    12.195, 0.806, 0.0217, -0.2884, 0.2851, -0.4571, -0.5176, -0.031, -0.2355, -0.1769, -0.022,
    0.2005,
  ],
  yaw: [
    -0.477, 0.0337, 0.5395, -0.1873, 0.2121, -0.3014, 0.1299, 0.1866, -0.1528, -0.6702, -0.002,
    0.0333,
  ],
  roll: [
    1.212, 0.1175, -0.0138, 0.0341, 1.0346, -0.6197, 0.1886, -1.01, -0.1009, -0.3307, -0.0456,
    0.0379,
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
