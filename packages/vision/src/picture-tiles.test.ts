import fc from "fast-check";
import { expect, it } from "vitest";
import { copyTile, tileCorners } from "./picture-tiles.js";

const size = fc.integer({ min: 1, max: 300 });

it("covers every pixel, with what neighbours share, and never reaches over a border it can avoid", () => {
  fc.assert(
    fc.property(size, size, fc.constantFrom(16, 64), (width, height, side) => {
      const shared = 10;
      const tiles = tileCorners({ width, height }, side, shared);
      for (const { left, top } of tiles) {
        expect(left).toBeGreaterThanOrEqual(0);
        expect(top).toBeGreaterThanOrEqual(0);
        if (width >= side) expect(left + side).toBeLessThanOrEqual(width);
        if (height >= side) expect(top + side).toBeLessThanOrEqual(height);
      }
      const lefts = [...new Set(tiles.map(({ left }) => left))].sort((a, b) => a - b);
      const tops = new Set(tiles.map(({ top }) => top));
      expect(tiles).toHaveLength(lefts.length * tops.size);
      lefts.slice(1).forEach((left, index) => {
        expect(lefts[index]! + side - left).toBeGreaterThanOrEqual(shared);
      });
      expect(lefts.at(-1)! + side).toBeGreaterThanOrEqual(width);
    }),
  );
});

it("keeps corners on even pixels of even pictures", () => {
  for (const { left, top } of tileCorners({ width: 306, height: 154 }, 64, 10))
    expect([left % 2, top % 2]).toEqual([0, 0]);
});

it("copies what lies in the picture", () => {
  const picture = {
    width: 5,
    height: 4,
    data: Uint8Array.from({ length: 60 }, (_, index) => index),
  };
  const tile = new Uint8Array(4 * 4 * 3).fill(255);
  copyTile(picture, { left: 3, top: 2 }, 4, tile);
  const pixel = (row: number, column: number) => [
    ...tile.subarray((row * 4 + column) * 3).slice(0, 3),
  ];
  expect(pixel(0, 0)).toEqual([39, 40, 41]);
  expect(pixel(1, 1)).toEqual([57, 58, 59]);
  expect(pixel(0, 2)).toEqual([255, 255, 255]);
  expect(pixel(2, 0)).toEqual([255, 255, 255]);
});
