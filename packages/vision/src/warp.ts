/**
 * Crops of faces, resampled straight into a network's input. A crop has at most 50,000 pixels, so a tight loop over
 * typed arrays beats handing the whole picture to a native resizer once for each face.
 */
import type { Affine } from "./affine.js";
import type { RgbPicture } from "./rgb-picture.js";

/** Most samples along one side of an output pixel; bounds the cost of crops from very large faces. */
const maximumTaps = 6;

/**
 * Reads the crop at `toPicture` (crop pixel -> picture pixel) as interleaved RGB bytes, bilinear, averaging over the
 * area that an output pixel covers; outside the picture its border pixels repeat.
 * @param out size * size * 3 bytes.
 */
export function warpRgb(
  picture: RgbPicture,
  toPicture: Affine,
  size: number,
  out: Uint8Array,
): void {
  const { data, width, height } = picture;
  const step = Math.hypot(toPicture.xx, toPicture.yx);
  const taps = Math.min(maximumTaps, Math.max(1, Math.round(step)));
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

/** (x - mean) * scale for each channel, planar. */
export function planarRgb(
  rgb: Uint8Array,
  mean: readonly [number, number, number],
  scale: readonly [number, number, number],
  out: Float32Array,
  offset: number,
): void {
  const pixels = rgb.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const shift = mean[channel]!;
    const factor = scale[channel]!;
    let at = offset + channel * pixels;
    for (let i = channel; i < rgb.length; i += 3) out[at++] = (rgb[i]! - shift) * factor;
  }
}

/** Luma of ITU-R BT.601 times `scale`. */
export function greyOf(rgb: Uint8Array, scale: number, out: Float32Array, offset: number): void {
  let at = offset;
  for (let i = 0; i < rgb.length; i += 3)
    out[at++] = (rgb[i]! * 0.299 + rgb[i + 1]! * 0.587 + rgb[i + 2]! * 0.114) * scale;
}
