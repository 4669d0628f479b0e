import { expect, it } from "vitest";
import { PictureSizes } from "./picture-sizes.js";

const original = {
  width: 40,
  height: 20,
  data: Uint8Array.from({ length: 2400 }, (_, index) => (Math.floor(index / 3) % 40) * 6),
};

it("makes sizes of larger ones, and hands out the picture itself at its own size", async () => {
  const sizes = new PictureSizes(original);
  expect(await sizes.at(40, 20)).toBe(original);
  const [half, quarter, larger] = [sizes.at(20, 10), sizes.at(10, 5), sizes.at(80, 40)];
  await sizes.made();
  for (const [picture, width, height] of [
    [await half, 20, 10],
    [await quarter, 10, 5],
    [await larger, 80, 40],
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
  expect(await sizes.at(20, 10)).toBe(await half);
});

it("never makes a size of one that was enlarged", async () => {
  const sizes = new PictureSizes(original);
  const [, same] = await Promise.all([sizes.at(80, 40), sizes.at(40, 20)]);
  expect(same).toBe(original);
});
