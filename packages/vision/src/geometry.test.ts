import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyAffine, fitSimilarity, squareCrop } from "./affine.js";
import { overlap } from "./boxes.js";
import { suppress } from "./suppression.js";
import { blurEffect, noiseDeviation } from "./attributes/pixel-statistics.js";
import { exposure } from "./attributes/exposure.js";
import { blur, noise } from "./attributes/picture-quality.js";

const coordinate = fc.double({ min: -500, max: 500, noNaN: true });

describe("fitSimilarity", () => {
  it("finds the map that moved the points", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        coordinate,
        coordinate,
        (angle, scale, x, y) => {
          const from = [
            { x: 0, y: 0 },
            { x: 40, y: 3 },
            { x: 18, y: 30 },
          ];
          const map = squareCrop({ x, y }, scale * 10, angle, 10);
          const found = fitSimilarity(
            from,
            from.map((point) => applyAffine(map, point)),
          );
          for (const point of from) {
            const wanted = applyAffine(map, point);
            const got = applyAffine(found, point);
            expect(Math.hypot(got.x - wanted.x, got.y - wanted.y)).toBeLessThan(1e-6);
          }
        },
      ),
    );
  });
});

describe("suppress", () => {
  it("keeps the better of two overlapping boxes and lets strangers be", () => {
    const box = (left: number, score: number) => ({
      left,
      top: 0,
      right: left + 10,
      bottom: 10,
      score,
    });
    expect(suppress([box(0, 0.8), box(1, 0.9), box(50, 0.5)], 0.4)).toEqual([
      box(1, 0.9),
      box(50, 0.5),
    ]);
    expect(overlap(box(0, 1), box(0, 1))).toBe(1);
    expect(overlap(box(0, 1), box(10, 1))).toBe(0);
  });
});

describe("pixel statistics", () => {
  const side = 96;
  /** Stripes of a few pixels with a soft random part; the same every time. */
  function texture(period: number, deviation: number): Float32Array {
    let state = 7;
    const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
    return Float32Array.from({ length: side * side }, (_, index) => {
      const gaussian = Math.sqrt(-2 * Math.log(random() + 1e-9)) * Math.cos(2 * Math.PI * random());
      return 128 + 60 * Math.sin(((index % side) * 2 * Math.PI) / period) + deviation * gaussian;
    });
  }

  it("softer edges are more blurred", () => {
    const effects = [6, 16, 48].map((period) => blurEffect(texture(period, 0), side));
    expect(effects).toEqual([...effects].sort((a, b) => a - b));
  });

  it("noise is measured in grey levels, and texture is none", () => {
    expect(noiseDeviation(texture(48, 0), side)).toBeLessThan(1);
    for (const deviation of [5, 10, 20]) {
      const measured = noiseDeviation(texture(48, deviation), side);
      expect(measured / deviation).toBeGreaterThan(0.75);
      expect(measured / deviation).toBeLessThan(1.2);
    }
  });

  it("levels are those of the contract's bands, whatever the pixels", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        (share, deviation) => {
          const pixels = {
            luma: [share, 0.2, 0, share / 4, share / 2, share, share, 1, 1],
            blurEffect: share,
            noiseDeviation: deviation,
          };
          const levels = [
            [blur(pixels).value, blur(pixels).blurLevel, 0.25, 0.75, ["low", "medium", "high"]],
            [
              exposure(pixels).value,
              exposure(pixels).exposureLevel,
              0.25,
              0.75,
              ["underExposure", "goodExposure", "overExposure"],
            ],
            [noise(pixels).value, noise(pixels).noiseLevel, 0.3, 0.7, ["low", "medium", "high"]],
          ] as const;
          for (const [value, level, first, second, names] of levels) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
            expect(level).toBe(names[value < first ? 0 : value < second ? 1 : 2]);
          }
        },
      ),
    );
  });
});
