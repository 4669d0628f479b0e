import { describe, expect, it } from "vitest";
import { childlikenessOf, takeChildlikeness, type TellingNetworkName } from "./childlikeness.js";
import { childlikenessVectors } from "./childlikeness-vectors.js";
import { dotProduct } from "./dot-product.js";
import { embeddingNetworks, type EmbeddingNetworkName } from "./embedding-networks.js";

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

/** A person's own numbers beside what is usual and a share of what children have in common. */
function face(name: EmbeddingNetworkName, person: number, childlike: number): Float32Array {
  const common = childlikenessVectors.common[name];
  const [usual, ofChildren] = [read(common.usual), read(common.childlike)];
  const own = usual.map((_, index) => Math.sin((index + 1) * (person + 1) * 1.7));
  const size = 0.5 / Math.hypot(...own);
  return unit(usual.map((value, i) => value + childlike * ofChildren[i]! + size * own[i]!));
}

describe("childlikeness", () => {
  it.each(networks)("of %s has as many numbers as its vectors", (name) => {
    const { usual, childlike } = childlikenessVectors.common[name];
    expect(read(usual)).toHaveLength(embeddingNetworks[name].length);
    expect(read(childlike)).toHaveLength(embeddingNetworks[name].length);
  });

  it.each(telling)("is told by %s from its vector, and never less than nothing", (name) => {
    const grown = childlikenessOf(face(name, 0, 0), name);
    const child = childlikenessOf(face(name, 0, 0.6), name);
    expect(child).toBeGreaterThan(grown + 0.2);
    expect(childlikenessOf(face(name, 0, -2), name)).toBe(0);
  });

  it.each(networks)("is taken from the vectors of %s, which stay unit ones", (name) => {
    const [a, b] = [face(name, 0, 0.6), face(name, 1, 0.6)];
    const before = dotProduct(a, b);
    for (const vector of [a, b]) takeChildlikeness(vector, name, 0.6);
    expect(dotProduct(a, a)).toBeCloseTo(1, 5);
    expect(dotProduct(a, b)).toBeLessThan(before - 0.02);
    // What is one person's own stays.
    expect(dotProduct(a, face(name, 0, 0))).toBeGreaterThan(0.9);
  });

  it.each(networks)("of an adult, and of a vector of zeros, changes nothing of %s", (name) => {
    const adult = face(name, 0, 0);
    const kept = adult.slice();
    takeChildlikeness(adult, name, 0);
    expect(adult).toEqual(kept);
    const nothing = new Float32Array(embeddingNetworks[name].length);
    takeChildlikeness(nothing, name, 0.5);
    expect(nothing.every((value) => value === 0)).toBe(true);
  });
});
