/** What the faces of one kind have in common in the eyes of a network, and how it is taken from their vectors. */
import { dotProduct } from "./dot-product.js";
import type { EmbeddingNetworkName } from "./embedding-networks.js";

/** Numbers as whole steps: base64 of signed bytes. */
export interface PackedVector {
  readonly steps: string;
  readonly step: number;
}

/** A trait as `training/recognition` writes it. */
export interface TraitVectors {
  /** How much further apart faces that have the trait wholly are moved: what is left differs less between them. */
  readonly spread: number;
  /** By network: what tells from its unit vector how strong the trait is. */
  readonly telling: Readonly<
    Record<TellingNetworkName, { readonly bias: number; readonly weights: PackedVector }>
  >;
  /** By network: the mean of faces without the trait, and what a face that has it wholly has beside it. */
  readonly common: Readonly<
    Record<EmbeddingNetworkName, { readonly usual: PackedVector; readonly shared: PackedVector }>
  >;
}

/** Networks whose vector tells of what kind a face is. */
export type TellingNetworkName = Exclude<EmbeddingNetworkName, "mfn">;

/**
 * Networks that learned from bare faces of adults see little in others but their kind: strangers are alike to them if both are
 * small children, or both wear masks. What such faces have in common is one line in the space of each network's vectors.
 */
export class FaceTrait {
  readonly #spread: number;
  readonly #telling: ReadonlyMap<string, { readonly bias: number; readonly weights: Float32Array }>;
  readonly #common: ReadonlyMap<
    string,
    { readonly usual: Float32Array; readonly shared: Float32Array }
  >;

  constructor({ spread, telling, common }: TraitVectors) {
    this.#spread = spread;
    this.#telling = new Map(
      Object.entries(telling).map(([name, { bias, weights }]) => [
        name,
        { bias, weights: unpacked(weights) },
      ]),
    );
    this.#common = new Map(
      Object.entries(common).map(([name, { usual, shared }]) => [
        name,
        { usual: unpacked(usual), shared: unpacked(shared) },
      ]),
    );
  }

  /**
   * How strong the trait is: 0 for nearly all faces without it, about 1 at most.
   * @param vector the network's unit vector.
   */
  strengthOf(vector: Float32Array, network: TellingNetworkName): number {
    const { weights, bias } = this.#telling.get(network)!;
    return Math.max(0, dotProduct(vector, weights) + bias);
  }

  /**
   * Takes what such faces have in common from a network's unit vector, in place, and spreads what is left. The vector is a
   * unit one again; without the trait it stays as it is, and so does the vector of zeros, for nothing was seen.
   * @param strength see {@link strengthOf}.
   */
  take(vector: Float32Array, network: EmbeddingNetworkName, strength: number): void {
    if (strength === 0 || dotProduct(vector, vector) === 0) return;
    const { usual, shared } = this.#common.get(network)!;
    const wider = 1 + this.#spread * strength;
    for (let i = 0; i < vector.length; i++) {
      const own = vector[i]! - usual[i]! - strength * shared[i]!;
      vector[i] = usual[i]! + wider * own;
    }
    const length = Math.sqrt(dotProduct(vector, vector));
    for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  }
}

function unpacked({ steps, step }: PackedVector): Float32Array {
  return Float32Array.from(new Int8Array(Buffer.from(steps, "base64")), (count) => count * step);
}
