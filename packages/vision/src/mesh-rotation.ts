/** How a head is turned, out of the depth that the face mesh has. */
import type { HeadPose } from "./analysis.js";
import { dotProduct } from "./dot-product.js";
import type { Mesh } from "./mesh-landmarks.js";

/**
 * Points of the mesh far apart and in no plane: forehead and chin, both ends of the jaw, the outer eyes, the inner eyes,
 * the nose's tip and root, the corners of the mouth.
 */
export const turnedPoints = [10, 152, 234, 454, 33, 263, 133, 362, 4, 168, 61, 291] as const;

/**
 * Where those points lie on average in the portraits that the regression was fitted to: x, y, z of each, the axes of
 * the mesh, their middle as the origin and a unit sum of squares. Written by `training/landmarks/pose.py`.
 */
export const averageHead: readonly number[] = [
  ...[-0.0006, -0.3554, -0.0936],
  ...[-0.0009, 0.4349, -0.0034],
  ...[-0.3227, -0.0162, 0.254],
  ...[0.3284, -0.0149, 0.248],
  ...[-0.2136, -0.1029, -0.0009],
  ...[0.2138, -0.1017, -0.0046],
  ...[-0.0823, -0.0944, -0.0265],
  ...[0.0812, -0.0936, -0.0282],
  ...[-0.0033, 0.0561, -0.2074],
  ...[-0.0013, -0.1211, -0.1064],
  ...[-0.1337, 0.2044, -0.0142],
  ...[0.135, 0.2047, -0.0168],
];

/**
 * Degrees by which {@link averageHead} must be turned to lie as the mesh does (least squares, Kabsch 1976), about its
 * axes: x to image right, y down, z away from the viewer. The signs are those of the axes and the zero is the average
 * head's, so it takes `poseRegression` to make a head pose of them.
 *
 * @param angle radians, clockwise, by which the face is levelled first.
 * @returns nothing if the mesh is flat or inside out.
 */
export function meshRotation({ points }: Mesh, angle: number): HeadPose | undefined {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  let [middleX, middleY, middleZ] = [0, 0, 0];
  for (const index of turnedPoints) {
    middleX += points[index * 3]! / turnedPoints.length;
    middleY += points[index * 3 + 1]! / turnedPoints.length;
    middleZ += points[index * 3 + 2]! / turnedPoints.length;
  }
  const products = new Float64Array(9);
  for (const [k, index] of turnedPoints.entries()) {
    const x = points[index * 3]! - middleX;
    const y = points[index * 3 + 1]! - middleY;
    const z = points[index * 3 + 2]! - middleZ;
    for (let column = 0; column < 3; column++) {
      const average = averageHead[k * 3 + column]!;
      products[column]! += (x * cos + y * sin) * average;
      products[3 + column]! += (y * cos - x * sin) * average;
      products[6 + column]! += z * average;
    }
  }
  const rotation = nearestRotation(products);
  if (rotation === undefined) return undefined;
  const degrees = 180 / Math.PI;
  return {
    pitch: Math.asin(Math.min(1, Math.max(-1, -rotation[5]!))) * degrees,
    yaw: Math.atan2(rotation[2]!, rotation[8]!) * degrees,
    roll: Math.atan2(rotation[3]!, rotation[4]!) * degrees,
  };
}

/**
 * The orthogonal factor of the polar decomposition, by Newton's iteration (Higham 1986).
 * @param matrix rows of three.
 */
function nearestRotation(matrix: Float64Array): Float64Array | undefined {
  const norm = Math.sqrt(dotProduct(matrix, matrix));
  const rotation = Float64Array.from(matrix);
  for (let k = 0; k < 9; k++) rotation[k]! /= norm;
  const cofactors = new Float64Array(9);
  // A flat head halves the distance with each step before the square law sets in.
  for (let step = 0; step < 20; step++) {
    for (let k = 0; k < 9; k++) cofactors[k] = cofactor(rotation, Math.trunc(k / 3), k % 3);
    // Along the first row.
    const determinant =
      rotation[0]! * cofactors[0]! + rotation[1]! * cofactors[1]! + rotation[2]! * cofactors[2]!;
    if (!(determinant > 1e-9)) return undefined;
    for (let k = 0; k < 9; k++) rotation[k] = (rotation[k]! + cofactors[k]! / determinant) / 2;
  }
  return rotation;
}

/** Rows and columns after the given ones, the first again after the last: so its sign is right. */
function cofactor(matrix: Float64Array, row: number, column: number): number {
  const [below, last] = [((row + 1) % 3) * 3, ((row + 2) % 3) * 3];
  const [right, end] = [(column + 1) % 3, (column + 2) % 3];
  return (
    matrix[below + right]! * matrix[last + end]! - matrix[below + end]! * matrix[last + right]!
  );
}
