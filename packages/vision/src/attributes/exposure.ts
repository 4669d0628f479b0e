import type { FaceAttributes } from "../analysis.js";
import { dotProduct } from "../dot-product.js";
import type { PixelStatistics } from "./pixel-statistics.js";
import { share } from "./rounding.js";

/**
 * A regression with eight hidden units on the luma's profile, fitted to the service's own answers for four fifths of
 * the plain portraits; `npm run bench:attributes` reports on the others.
 */
const hidden: readonly (readonly number[])[] = [
  [0.8609, 1.7386, 0.2478, -0.1749, 0.0061, 3.1202, 0.989, 0.1889, -1.1017],
  [-0.4013, 2.7668, -1.2018, -1.9515, 0.8639, 0.7509, -1.6506, -1.6136, 0.7571],
  [-1.5824, -1.3532, -0.3402, 0.4422, -0.2258, -2.2571, 0.002, 0.4928, 0.2706],
  [-1.7487, 1.4591, 0.4748, 0.1301, -2.4202, -1.0879, 0.9729, -0.1639, -0.357],
  [-1.579, -2.4248, -0.0474, 0.5216, 0.2272, -2.7664, -1.0703, -0.0753, 0.1401],
  [0.1615, -0.2341, -0.1425, -0.4519, 0.0306, -0.3044, 2.4137, 2.3257, -0.3085],
  [-0.168, -2.2283, 0.4331, 0.3346, -0.6902, -0.6097, 0.5005, 1.7934, 3.3304],
  [-1.3594, -2.695, -0.6935, -0.1092, -0.0951, -1.4617, -3.6355, -0.8008, 0.425],
];
const hiddenBias: readonly number[] = [
  -3.0413, 1.7974, 1.3961, 1.9276, 2.1624, -2.9138, -3.2338, 5.5331,
];
const output: readonly number[] = [
  0.2173, -0.1222, -0.3049, -0.1939, -0.2453, 0.273, 0.1339, 0.1479,
];
const outputBias = 0.5661;

/** Brightness of the face on the service's scale, 0..1. */
export function exposure({ luma }: PixelStatistics): NonNullable<FaceAttributes["exposure"]> {
  let total = outputBias;
  for (const [unit, weights] of hidden.entries())
    total += output[unit]! * Math.max(0, hiddenBias[unit]! + dotProduct(weights, luma));
  const value = share(total);
  const exposureLevel =
    value < 0.25 ? "underExposure" : value < 0.75 ? "goodExposure" : "overExposure";
  return { exposureLevel, value };
}
