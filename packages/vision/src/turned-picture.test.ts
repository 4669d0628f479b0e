import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { padded, type QuarterTurns, turned, turnedBack } from "./turned-picture.js";

/** A black picture with one white pixel. */
function dot(width: number, height: number, x: number, y: number) {
  const data = new Uint8Array(width * height * 3);
  data.fill(255, (y * width + x) * 3, (y * width + x) * 3 + 3);
  return { width, height, data };
}

function whitePixel({ width, data }: { width: number; data: Uint8Array }): [number, number] {
  const at = data.indexOf(255) / 3;
  return [at % width, Math.floor(at / width)];
}

describe("turnedBack", () => {
  it("says where a box of the turned picture lies in the picture as it came, and its tilt", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 2, max: 20 }),
        fc.nat(),
        fc.constantFrom<QuarterTurns[]>(1, 2, 3),
        (width, height, seed, turns) => {
          const at = seed % (width * height);
          const [x, y] = [at % width, Math.floor(at / width)];
          const picture = dot(width, height, x, y);
          const [tx, ty] = whitePixel(turned(picture, turns));
          const box = { left: tx, top: ty, right: tx + 1, bottom: ty + 1, score: 0.9 };
          expect(turnedBack(box, turns, picture)).toEqual({
            left: x,
            top: y,
            right: x + 1,
            bottom: y + 1,
            score: 0.9,
            tilt: (-turns * Math.PI) / 2,
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("padded", () => {
  it("puts the picture in the middle of one twice as large", () => {
    const wide = padded(dot(10, 6, 3, 2));
    expect([wide.picture.width, wide.picture.height]).toEqual([20, 12]);
    expect(whitePixel(wide.picture)).toEqual([3 + wide.left, 2 + wide.top]);
  });
});
