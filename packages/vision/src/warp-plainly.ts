import type { Affine } from "./affine.js";
import type { RgbPicture } from "./rgb-picture.js";

/**
 * The crop by a plain loop: what the compiled kernel is held to, and for pictures that are too large for its memory.
 * @param taps samples along each side of an output pixel.
 */
export function warpPlainly(
  picture: RgbPicture,
  toPicture: Affine,
  size: number,
  taps: number,
  out: Uint8Array,
): void {
  const { data, width, height } = picture;
  const share = 1 / (taps * taps);
  const right = width - 1;
  const bottom = height - 1;
  let at = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let v = 0; v < taps; v++) {
        const cy = y + (v + 0.5) / taps;
        for (let u = 0; u < taps; u++) {
          const cx = x + (u + 0.5) / taps;
          let px = toPicture.xx * cx + toPicture.xy * cy + toPicture.x0 - 0.5;
          let py = toPicture.yx * cx + toPicture.yy * cy + toPicture.y0 - 0.5;
          px = px < 0 ? 0 : px > right ? right : px;
          py = py < 0 ? 0 : py > bottom ? bottom : py;
          const left = px | 0;
          const top = py | 0;
          const fx = px - left;
          const fy = py - top;
          const i = (top * width + left) * 3;
          const across = left < right ? 3 : 0;
          const down = top < bottom ? width * 3 : 0;
          const w00 = (1 - fx) * (1 - fy);
          const w10 = fx * (1 - fy);
          const w01 = (1 - fx) * fy;
          const w11 = fx * fy;
          const j = i + across;
          const k = i + down;
          const l = j + down;
          red += data[i]! * w00 + data[j]! * w10 + data[k]! * w01 + data[l]! * w11;
          green +=
            data[i + 1]! * w00 + data[j + 1]! * w10 + data[k + 1]! * w01 + data[l + 1]! * w11;
          blue += data[i + 2]! * w00 + data[j + 2]! * w10 + data[k + 2]! * w01 + data[l + 2]! * w11;
        }
      }
      out[at++] = red * share + 0.5;
      out[at++] = green * share + 0.5;
      out[at++] = blue * share + 0.5;
    }
  }
}
