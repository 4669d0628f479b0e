import { expect, it } from "vitest";
import { PictureSizes } from "./picture-sizes.js";

const original = {
  width: 40,
  height: 20,
  data: Uint8Array.from({ length: 2400 }, (_, index) => (Math.floor(index / 3) % 40) * 6),
};

it("makes sizes of larger ones, and hands out the picture itself at its own size", () => {
  const sizes = new PictureSizes(original);
  expect(sizes.at(40, 20)).toBe(original);
  const half = sizes.at(20, 10);
  for (const [picture, width, height] of [
    [half, 20, 10],
    [sizes.at(10, 5), 10, 5],
    [sizes.at(80, 40), 80, 40],
  ] as const) {
    expect([picture.width, picture.height, picture.data.length]).toEqual([
      width,
      height,
      width * height * 3,
    ]);
    // A ramp stays a ramp.
    const row = picture.data.subarray(0, width * 3).filter((_, index) => index % 3 === 0);
    expect([...row]).toEqual([...row].sort((a, b) => a - b));
  }
  expect(sizes.at(20, 10)).toBe(half);
});

it("never makes a size of one that was enlarged", () => {
  const sizes = new PictureSizes(original);
  sizes.at(80, 40);
  expect(sizes.at(40, 20)).toBe(original);
});

it("fits a picture into a side, and leaves alone one that fits", () => {
  const sizes = new PictureSizes(original);
  expect(sizes.within(10)).toMatchObject({ width: 10, height: 5 });
  expect(sizes.within(1)).toMatchObject({ width: 1, height: 1 });
  expect(sizes.within(100)).toBe(original);
});
