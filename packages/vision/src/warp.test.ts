/** The compiled warp gives what the plain loop gives. */
import { describe, expect, it } from "vitest";
import { squareCrop } from "./affine.js";
import type { RgbPicture } from "./rgb-picture.js";
import { noise } from "../../../tests/vision/noise-picture.js";
import { greyOf, planarRgb, warpRgb } from "./warp.js";
import { warpKernel } from "./warp-kernel.js";
import { warpPlainly } from "./warp-plainly.js";

function differences(picture: RgbPicture, crop: Parameters<typeof squareCrop>, taps: number) {
  const size = crop[3];
  const plain = new Uint8Array(size * size * 3);
  const compiled = new Uint8Array(size * size * 3).fill(7);
  const map = squareCrop(...crop);
  warpPlainly(picture, map, size, taps, plain);
  warpKernel(picture, map, size, taps, compiled);
  const gaps = plain.map((value, index) => Math.abs(value - compiled[index]!));
  return {
    largest: gaps.reduce((a, b) => Math.max(a, b)),
    share: gaps.filter((gap) => gap > 0).length / gaps.length,
  };
}

describe("the compiled warp", () => {
  const picture = noise(301, 207, 1);
  it.each([
    ["upright, enlarged", { x: 150, y: 100 }, 40, 0, 112, 1],
    ["turned, reduced", { x: 150, y: 100 }, 180, 0.7, 64, 3],
    ["across the left and upper border", { x: 3, y: 5 }, 90, -0.3, 48, 2],
    ["across the right and lower border", { x: 299, y: 205 }, 90, 2.5, 48, 2],
    ["mostly outside", { x: -80, y: 400 }, 200, 1.1, 64, 3],
    ["larger than the picture", { x: 150, y: 100 }, 900, 0.1, 150, 6],
  ] as const)("agrees with the plain loop: %s", (_name, center, side, angle, size, taps) => {
    const { largest, share } = differences(picture, [center, side, angle, size], taps);
    // Weights of 14 bits round one value in thousands to its neighbour.
    expect(largest).toBeLessThanOrEqual(1);
    expect(share).toBeLessThan(0.005);
  });

  it("reads the picture it is given, not the one before, and grows with it", () => {
    const small = noise(64, 64, 2);
    const large = noise(1500, 1100, 3);
    for (const own of [small, large, small]) {
      const crop = [{ x: own.width / 2, y: own.height / 2 }, own.width * 0.9, 0.2, 64] as const;
      expect(differences(own, [...crop], 2).largest).toBeLessThanOrEqual(1);
    }
  });

  it.each([301, 302, 303, 304])("halves pictures to means of four pixels: width %d", (width) => {
    const picture = noise(width, 207, width);
    const half = { width: width >> 1, height: 103, data: new Uint8Array((width >> 1) * 103 * 3) };
    for (let y = 0; y < half.height; y++)
      for (let i = 0; i < half.width * 3; i++) {
        const at = (2 * y * width + 2 * Math.floor(i / 3)) * 3 + (i % 3);
        const { data } = picture;
        const sum = data[at]! + data[at + 3]! + data[at + width * 3]! + data[at + width * 3 + 3]!;
        half.data[y * half.width * 3 + i] = (sum + 2) >> 2;
      }
    const [ofHalf, ofWhole] = [new Uint8Array(64 * 64 * 3), new Uint8Array(64 * 64 * 3)];
    for (const x of [10, 145]) {
      warpKernel(half, squareCrop({ x, y: 60 }, 100, 0.3, 64), 64, 2, ofHalf);
      const map = squareCrop({ x: 2 * x, y: 120 }, 200, 0.3, 64);
      warpKernel(picture, map, 64, 2, ofWhole, 1);
      expect(ofWhole).toEqual(ofHalf);
    }
  });

  it("reads a strip too low to be halved, and nothing beside it", () => {
    // What a worker saw before lies where the strip's halves would be.
    const before = { width: 900, height: 900, data: new Uint8Array(900 * 900 * 3).fill(255) };
    const strip = { width: 900, height: 3, data: new Uint8Array(900 * 3 * 3) };
    const crop = new Uint8Array(48 * 48 * 3);
    const map = squareCrop({ x: 450, y: 1 }, 400, 0, 48);
    for (const picture of [before, strip]) warpRgb(picture, map, 48, crop);
    expect(Math.max(...crop)).toBe(0);
  });

  it("reads halves of the picture it is given, not of the one before", () => {
    for (const seed of [5, 6]) {
      const picture = noise(256, 256, seed);
      const [halved, plain] = [new Uint8Array(32 * 32 * 3), new Uint8Array(32 * 32 * 3)];
      const map = squareCrop({ x: 128, y: 128 }, 256, 0, 32);
      warpKernel(picture, map, 32, 2, halved, 2);
      warpPlainly(picture, map, 32, 8, plain);
      expect(Math.max(...plain.map((value, i) => Math.abs(value - halved[i]!)))).toBeLessThan(4);
    }
  });
});

describe("crops as a network's input", () => {
  const { data } = noise(10, 6, 9);

  it("are the planes of their channels, less the mean, times the factor", () => {
    const out = new Float32Array(2 * 180).fill(9);
    planarRgb(data, [127.5, 0, 104.298], [1 / 128, 1, 0.5], out, 180);
    expect(out.subarray(0, 180).every((value) => value === 9)).toBe(true);
    for (let pixel = 0; pixel < 60; pixel++) {
      expect(out[180 + pixel]).toBeCloseTo((data[pixel * 3]! - 127.5) / 128, 5);
      expect(out[240 + pixel]).toBe(data[pixel * 3 + 1]);
      expect(out[300 + pixel]).toBeCloseTo((data[pixel * 3 + 2]! - 104.298) / 2, 4);
    }
  });

  it("are their luma", () => {
    const out = new Float32Array(61).fill(9);
    greyOf(data, 1 / 256, out, 0);
    for (let pixel = 0; pixel < 60; pixel++) {
      const [r, g, b] = data.subarray(pixel * 3);
      expect(out[pixel]).toBeCloseTo((0.299 * r! + 0.587 * g! + 0.114 * b!) / 256, 5);
    }
    expect(out[60]).toBe(9);
  });

  it("do not disturb the picture that is being read", () => {
    const picture = noise(128, 128, 4);
    const map = squareCrop({ x: 64, y: 64 }, 100, 0.1, 48);
    const [before, after] = [new Uint8Array(48 * 48 * 3), new Uint8Array(48 * 48 * 3)];
    warpKernel(picture, map, 48, 1, before);
    planarRgb(before, [0, 0, 0], [1, 1, 1], new Float32Array(before.length), 0);
    warpKernel(picture, map, 48, 1, after);
    expect(after).toEqual(before);
  });
});
