import { describe, expect, it } from "vitest";
import { cellTones, labOf, toneLength } from "./tones.js";

describe("tones", () => {
  it("are those that the standard's tables give", () => {
    const near = (color: readonly [number, number, number], lab: readonly number[]): void =>
      labOf(color).forEach((value, k) => expect(value).toBeCloseTo(lab[k]!, 1));
    near([1, 1, 1], [100, 0, 0]);
    near([0, 0, 0], [0, 0, 0]);
    near([1, 0, 0], [53.24, 80.09, 67.2]);
    near([0, 0, 1], [32.3, 79.19, -107.86]);
  });

  it("are of each cell's own pixels, rows first", () => {
    const side = 16;
    const rgb = new Uint8Array(side * side * 3);
    // The second cell of the first row is white, the rest black.
    for (const y of [0, 1])
      for (const x of [2, 3]) rgb.fill(255, (y * side + x) * 3, (y * side + x) * 3 + 3);
    const tones = cellTones(rgb, side);
    expect(tones).toHaveLength(toneLength);
    const bright = [...tones].flatMap((value, k) => (k % 3 === 0 && value > 50 ? [k / 3] : []));
    expect(bright).toEqual([1]);
  });
});
