/** The compiled loops give what the definition gives. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noise } from "../../../tests/vision/noise-picture.js";
import { residentPicture } from "./kernel-memory.js";
import { resizedPicture } from "./resized-picture.js";
import type { RgbPicture } from "./rgb-picture.js";

/** Weights of the pixels of a row for one of the result, by the definition: a triangle as wide as two of its pixels. */
function triangle(from: number, to: number, index: number): Map<number, number> {
  const ratio = from / to;
  const reach = Math.max(1, ratio);
  const center = (index + 0.5) * ratio - 0.5;
  const weights = new Map<number, number>();
  let total = 0;
  for (let at = Math.floor(center - reach); at <= center + reach; at++) {
    const weight = Math.max(0, 1 - Math.abs(at - center) / reach);
    const within = Math.min(from - 1, Math.max(0, at));
    weights.set(within, (weights.get(within) ?? 0) + weight);
    total += weight;
  }
  return new Map([...weights].map(([at, weight]) => [at, weight / total]));
}

function byDefinition({ data, width, height }: RgbPicture, wide: number, high: number): number[] {
  const result: number[] = [];
  const columns = Array.from({ length: wide }, (_, x) => triangle(width, wide, x));
  for (let y = 0; y < high; y++) {
    const rows = triangle(height, high, y);
    for (const column of columns)
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (const [row, ofRow] of rows)
          for (const [at, ofColumn] of column)
            sum += data[(row * width + at) * 3 + channel]! * ofRow * ofColumn;
        result.push(sum);
      }
  }
  return result;
}

describe("a picture at another size", () => {
  const side = fc.integer({ min: 1, max: 90 });

  it("is what the definition says, to the rounding of the weights, of any size to any size", () => {
    fc.assert(
      fc.property(side, side, side, side, fc.nat(1000), (width, height, wide, high, seed) => {
        const picture = noise(width, height, seed);
        const { data } = resizedPicture(picture, wide, high);
        const expected = byDefinition(picture, wide, high);
        expect(data).toHaveLength(expected.length);
        const gaps = expected.map((value, index) => Math.abs(value - data[index]!));
        // Weights are whole 255ths: noise, of which neighbours differ most, shows their rounding most.
        expect(Math.max(...gaps)).toBeLessThan(5);
        expect(gaps.reduce((a, b) => a + b) / gaps.length).toBeLessThan(1);
      }),
      { numRuns: 100, seed: 20261125 },
    );
  });

  it("keeps one colour as it is, at every brightness", () => {
    for (const value of [0, 1, 127, 128, 254, 255]) {
      const plain = { width: 50, height: 31, data: new Uint8Array(50 * 31 * 3).fill(value) };
      for (const [wide, high] of [
        [33, 20],
        [7, 3],
        [90, 60],
        [1, 1],
      ] as const)
        expect(new Set(resizedPicture(plain, wide, high).data)).toEqual(new Set([value]));
    }
  });

  it("is the same whether the picture lies in the kernel's memory or not", () => {
    const picture = noise(301, 207, 7);
    const before = resizedPicture(picture, 160, 110);
    residentPicture(picture, 0);
    expect(resizedPicture(picture, 160, 110)).toEqual(before);
    // What is made of it in between is not disturbed.
    expect(resizedPicture(before, 80, 55)).toEqual(resizedPicture(before, 80, 55));
    expect(resizedPicture(picture, 160, 110)).toEqual(before);
  });
});
