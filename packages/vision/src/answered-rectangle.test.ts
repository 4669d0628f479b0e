import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answeredRectangle } from "./answered-rectangle.js";

describe("answeredRectangle", () => {
  // Sides that do not divide by the factor that the picture is decoded smaller by.
  it.each([
    { width: 3841, height: 801, decoded: { width: 1921, height: 401 } },
    { width: 4001, height: 1001, decoded: { width: 2001, height: 501 } },
  ])("leaves a square one in a picture of $width x $height", ({ width, height, decoded }) => {
    const scale = { x: width / decoded.width, y: height / decoded.height };
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, share, (sizeShare, leftShare, topShare) => {
        // A pixel inside the border, which would cut it.
        const side = 18 + sizeShare * (decoded.height - 20);
        const left = 1 + leftShare * (decoded.width - side - 2);
        const top = 1 + topShare * (decoded.height - side - 2);
        const box = { left, top, right: left + side, bottom: top + side };
        const answered = answeredRectangle(box, scale, { width, height });
        expect(answered.width).toBe(answered.height);
        expect(answered.left).toBe(Math.round(left * scale.x));
        expect(answered.top).toBe(Math.round(top * scale.y));
      }),
    );
  });

  it("clips what lies beyond the borders, each side by itself", () => {
    const box = { left: -10, top: -20, right: 30, bottom: 20 };
    const scale = { x: 2, y: 2 };
    expect(answeredRectangle(box, scale, { width: 100, height: 100 })).toEqual({
      left: 0,
      top: 0,
      width: 60,
      height: 40,
    });
    expect(answeredRectangle(box, scale, { width: 50, height: 30 })).toEqual({
      left: 0,
      top: 0,
      width: 50,
      height: 30,
    });
  });
});
