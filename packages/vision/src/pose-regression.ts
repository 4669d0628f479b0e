/** Head pose out of the pose network's angles, the geometry of the landmarks and the turn of the mesh. */
import type { Point } from "./analysis.js";
import { meanPoint } from "./landmarks68.js";

/**
 * Bias, then the weights of the network's pitch, yaw and roll (the service's signs), of {@link poseGeometry} and of
 * the pitch, yaw and roll of `meshRotation`.
 * Ridge regression on four fifths of the service's answers for plain portraits and on half of the faces of known pose
 * within 60 degrees of yaw, those counted four times; `training/landmarks/README.md` says how.
 */
export const poseRegression: Readonly<Record<"pitch" | "yaw" | "roll", readonly number[]>> = {
  pitch: [
    3.694, 0.3202, 0.06674, -0.09618, 0.1245, -0.3623, -0.01958, -0.06203, -0.3227, -0.07731,
    0.05622, 0.1706, -0.5998, 0.01465, 0.02024,
  ],
  yaw: [
    0.6084, 0.01621, 0.3429, 0.1269, -0.2496, -0.1029, -0.01378, 0.2082, -0.09619, -0.05347,
    -0.01387, 0.03743, 0.01675, -0.6115, 0.1358,
  ],
  roll: [
    -0.7708, -0.009962, -0.04039, 0.4009, 0.7839, -0.3322, 0.01013, -0.7434, -0.1008, -0.07365,
    0.07952, 0.1162, 0.02873, -0.1145, -0.149,
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
