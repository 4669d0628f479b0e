/** Pictures laid on another side, or given a margin, for a second look. */
import type { ScoredBox } from "./boxes.js";
import type { RgbPicture } from "./rgb-picture.js";

/** Clockwise quarter turns. */
export type QuarterTurns = 1 | 2 | 3;

/** Side, pixels, of the blocks that are turned one after the other: their rows stay in the nearest cache. */
const block = 32;

/**
 * The picture turned clockwise. libvips would need no longer, but it takes each worker a tenth of a second and 25 MB to
 * load, and only pictures that are looked at from other sides would use it there.
 */
export function turned({ data, width, height }: RgbPicture, turns: QuarterTurns): RgbPicture {
  const result = new Uint8Array(data.length);
  // Where the first pixel goes, and how far the next of its row and of its column go from there; in pixels.
  const [first, right, down] =
    turns === 1
      ? [height - 1, height, -1]
      : turns === 2
        ? [width * height - 1, -1, -width]
        : [(width - 1) * height, -height, 1];
  for (let top = 0; top < height; top += block) {
    const bottom = Math.min(height, top + block);
    for (let left = 0; left < width; left += block) {
      const end = Math.min(width, left + block);
      for (let y = top; y < bottom; y++) {
        let from = (y * width + left) * 3;
        let to = (first + left * right + y * down) * 3;
        for (let x = left; x < end; x++, from += 3, to += right * 3) {
          result[to] = data[from]!;
          result[to + 1] = data[from + 1]!;
          result[to + 2] = data[from + 2]!;
        }
      }
    }
  }
  return turns === 2
    ? { data: result, width, height }
    : { data: result, width: height, height: width };
}

/** A box found in the turned picture, in pixels of the picture as it came; its tilt says how the face lies. */
export function turnedBack(
  box: ScoredBox,
  turns: QuarterTurns,
  { width, height }: RgbPicture,
): ScoredBox {
  const corners = (x: number, y: number): [number, number] =>
    turns === 1 ? [y, height - x] : turns === 2 ? [width - x, height - y] : [width - y, x];
  const [x0, y0] = corners(box.left, box.top);
  const [x1, y1] = corners(box.right, box.bottom);
  return {
    left: Math.min(x0, x1),
    top: Math.min(y0, y1),
    right: Math.max(x0, x1),
    bottom: Math.max(y0, y1),
    score: box.score,
    tilt: (box.tilt ?? 0) - (turns * Math.PI) / 2,
  };
}

/** The picture in the middle of one twice as large, its surroundings in its mean colour. */
export function padded(picture: RgbPicture): { picture: RgbPicture; left: number; top: number } {
  const { data, width, height } = picture;
  const left = width >> 1;
  const top = height >> 1;
  const wide = width + 2 * left;
  const tall = height + 2 * top;
  const mean = [0, 0, 0];
  const step = Math.max(1, Math.floor((width * height) / 10_000)) * 3;
  let samples = 0;
  for (let i = 0; i + 2 < data.length; i += step, samples++)
    for (let channel = 0; channel < 3; channel++) mean[channel]! += data[i + channel]!;
  const row = new Uint8Array(wide * 3);
  for (let i = 0; i < row.length; i++) row[i] = mean[i % 3]! / samples;
  const result = new Uint8Array(wide * tall * 3);
  for (let y = 0; y < tall; y++) {
    const at = y * row.length;
    result.set(row, at);
    const from = y - top;
    if (from >= 0 && from < height)
      result.set(data.subarray(from * width * 3, (from + 1) * width * 3), at + left * 3);
  }
  return { picture: { data: result, width: wide, height: tall }, left, top };
}
