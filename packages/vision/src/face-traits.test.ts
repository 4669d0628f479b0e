import { describe, expect, it } from "vitest";
import { childlikenessVectors } from "./childlikeness-vectors.js";
import { dotProduct } from "./dot-product.js";
import { embeddingNetworks, type EmbeddingNetworkName } from "./embedding-networks.js";
import type { FaceTrait, TellingNetworkName, TraitVectors } from "./face-trait.js";
import { childlikeness, maskedness } from "./face-traits.js";
import { maskVectors } from "./mask-vectors.js";

const networks = Object.keys(embeddingNetworks) as EmbeddingNetworkName[];
const telling = Object.keys(childlikenessVectors.telling) as TellingNetworkName[];

function read(packed: { readonly steps: string; readonly step: number }): number[] {
  return [...new Int8Array(Buffer.from(packed.steps, "base64"))].map(
    (steps) => steps * packed.step,
  );
}

function unit(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
}

// The last is how strong the trait must be for every network to tell it: dlib's is less sure of a mask.
describe.each<[string, FaceTrait, TraitVectors, number]>([
  ["childlikeness", childlikeness, childlikenessVectors, 0.6],
  ["maskedness", maskedness, maskVectors, 1],
])("%s", (_, trait, vectors, clear) => {
  /** A person's own numbers beside what is usual and a share of what faces with the trait have in common. */
  function face(name: EmbeddingNetworkName, person: number, strength: number): Float32Array {
    const common = vectors.common[name];
    const [usual, shared] = [read(common.usual), read(common.shared)];
    const own = usual.map((_, index) => Math.sin((index + 1) * (person + 1) * 1.7));
    const size = 0.5 / Math.hypot(...own);
    return unit(usual.map((value, i) => value + strength * shared[i]! + size * own[i]!));
  }

  it.each(networks)("of %s has as many numbers as its vectors", (name) => {
    const { usual, shared } = vectors.common[name];
    expect(read(usual)).toHaveLength(embeddingNetworks[name].length);
    expect(read(shared)).toHaveLength(embeddingNetworks[name].length);
  });

  it.each(telling)("is told by %s from its vector, and never less than nothing", (name) => {
    const without = trait.strengthOf(face(name, 0, 0), name);
    expect(trait.strengthOf(face(name, 0, clear), name)).toBeGreaterThan(without + 0.2);
    expect(trait.strengthOf(face(name, 0, -2), name)).toBe(0);
  });

  it.each(networks)("is taken from the vectors of %s, which stay unit ones", (name) => {
    const [a, b] = [face(name, 0, 0.6), face(name, 1, 0.6)];
    const before = dotProduct(a, b);
    for (const vector of [a, b]) trait.take(vector, name, 0.6);
    expect(dotProduct(a, a)).toBeCloseTo(1, 5);
    expect(dotProduct(a, b)).toBeLessThan(before - 0.02);
    // What is one person's own stays.
    expect(dotProduct(a, face(name, 0, 0))).toBeGreaterThan(0.9);
  });

  it.each(networks)("of none, and of a vector of zeros, changes nothing of %s", (name) => {
    const bare = face(name, 0, 0);
    const kept = bare.slice();
    trait.take(bare, name, 0);
    expect(bare).toEqual(kept);
    const nothing = new Float32Array(embeddingNetworks[name].length);
    trait.take(nothing, name, 0.5);
    expect(nothing).toEqual(new Float32Array(nothing.length));
  });
});
