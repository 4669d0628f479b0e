/** Pictures laid on another side, or given a margin, for a second look. */
import sharp, { type Sharp } from "sharp";
import type { ScoredBox } from "./boxes.js";
import type { RgbPicture } from "./rgb-picture.js";

/** Clockwise quarter turns. */
export type QuarterTurns = 1 | 2 | 3;

function raw({ data, width, height }: RgbPicture): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}

/** The picture turned clockwise. */
export async function turned(picture: RgbPicture, turns: QuarterTurns): Promise<RgbPicture> {
  const { data, info } = await raw(picture)
    .rotate(turns * 90)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
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
