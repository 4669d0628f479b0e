/** A picture for tests: every byte differs from its neighbours, the same for the same seed. */
import type { RgbPicture } from "@mien/vision/rgb-picture";

export function noise(width: number, height: number, seed: number): RgbPicture {
  const data = new Uint8Array(width * height * 3);
  let state = seed;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  return { data, width, height };
}
