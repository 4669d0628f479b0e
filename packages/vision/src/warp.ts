/**
 * Crops of faces, resampled straight into a network's input. A crop has at most 50,000 pixels, so a tight loop beats
 * handing the whole picture to a native resizer once for each face; the loop is `assembly/warp.ts`.
 */
import type { Affine } from "./affine.js";
import type { RgbPicture } from "./rgb-picture.js";
import { planarKernel, warpKernel, weightedKernel } from "./warp-kernel.js";

/**
 * Crop pixels that cover more picture pixels than this along a side are read from the picture at half its size, so that
 * one sample for each is enough.
 */
const mostPixelsRead = 1.5;
/** Halvings at most: crops of faces that fill a large picture need no more. */
const mostHalvings = 3;
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
  let step = Math.hypot(toPicture.xx, toPicture.yx);
  let halvings = 0;
  // Half of a single row is none.
  let side = Math.min(picture.width, picture.height);
  for (; step > mostPixelsRead && side > 1 && halvings < mostHalvings; halvings++) {
    step /= 2;
    side >>= 1;
  }
  const taps = step <= mostPixelsRead ? 1 : Math.min(maximumTaps, Math.round(step));
  warpKernel(picture, toPicture, size, taps, out, halvings);
}

/**
 * (x - mean) * scale for each channel, planar.
 * @param rgb a crop of a side that is even, and 512 pixels at most.
 */
export function planarRgb(
  rgb: Uint8Array,
  mean: readonly [number, number, number],
  scale: readonly [number, number, number],
  out: Float32Array,
  offset: number,
): void {
  planarKernel(rgb, mean, scale, out, offset);
}

/** Luma of ITU-R BT.601 times `scale`, of a crop as for {@link planarRgb}. */
export function greyOf(rgb: Uint8Array, scale: number, out: Float32Array, offset: number): void {
  weightedKernel(rgb, [0.299 * scale, 0.587 * scale, 0.114 * scale], out, offset);
}
