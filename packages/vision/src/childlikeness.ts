/**
 * What children's faces have in common is taken from their vectors. Networks that learned from adults see little else in
 * them: of strangers under three years, 95 of 100 pairs passed for one person with `recognition_04`.
 */
import { type PackedVector, childlikenessVectors, spread } from "./childlikeness-vectors.js";
import { dotProduct } from "./dot-product.js";
import type { EmbeddingNetworkName } from "./embedding-networks.js";

/** Networks whose vector tells how childlike a face is. */
export type TellingNetworkName = keyof typeof childlikenessVectors.telling;

interface Common {
  /** Mean of the vectors of faces that are not childlike. */
  readonly usual: Float32Array;
  /** What a wholly childlike face's vector has beside it. */
  readonly childlike: Float32Array;
}

function unpacked({ steps, step }: PackedVector): Float32Array {
  return Float32Array.from(new Int8Array(Buffer.from(steps, "base64")), (count) => count * step);
}

const telling = new Map(
  Object.entries(childlikenessVectors.telling).map(([name, { weights, bias }]) => [
    name,
    { weights: unpacked(weights), bias },
  ]),
);
const common = new Map(
  Object.entries(childlikenessVectors.common).map(
    ([name, { usual, childlike }]): [string, Common] => [
      name,
      { usual: unpacked(usual), childlike: unpacked(childlike) },
    ],
  ),
);

/**
 * How childlike a face is: 0 for nearly all adults, about 0.65 for a face of two years, 0.25 for one of eight.
 * @param vector the network's unit vector.
 */
export function childlikenessOf(vector: Float32Array, network: TellingNetworkName): number {
  const { weights, bias } = telling.get(network)!;
  return Math.max(0, dotProduct(vector, weights) + bias);
}

/**
 * Takes what childlike faces have in common from a network's unit vector, in place, and spreads what is left, in which
 * children differ less than adults do. The vector is a unit one again; without childlikeness it stays as it is, and so
 * does the vector of zeros, for nothing was seen.
 * @param childlikeness see {@link childlikenessOf}.
 */
export function takeChildlikeness(
  vector: Float32Array,
  network: EmbeddingNetworkName,
  childlikeness: number,
): void {
  if (childlikeness === 0 || dotProduct(vector, vector) === 0) return;
  const { usual, childlike } = common.get(network)!;
  const wider = 1 + spread * childlikeness;
  for (let i = 0; i < vector.length; i++) {
    const own = vector[i]! - usual[i]! - childlikeness * childlike[i]!;
    vector[i] = usual[i]! + wider * own;
  }
  const length = Math.sqrt(dotProduct(vector, vector));
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
}
