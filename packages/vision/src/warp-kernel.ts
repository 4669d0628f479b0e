/** Crops by the compiled loops of `assembly/warp.ts`. */
import type { Affine } from "./affine.js";
import {
  cropAt,
  fitsKernel,
  floatsAt,
  kernelOf,
  largestCrop,
  residentPicture,
} from "./kernel-memory.js";
import type { RgbPicture } from "./rgb-picture.js";
import { warpPlainly } from "./warp-plainly.js";

/**
 * As {@link warpPlainly}, to one grey level.
 * @param halvings how many times the picture is halved before the crop is read.
 */
export function warpKernel(
  picture: RgbPicture,
  map: Affine,
  size: number,
  taps: number,
  out: Uint8Array,
  halvings = 0,
): void {
  if (size > largestCrop || !fitsKernel(picture))
    return warpPlainly(picture, map, size, taps * 2 ** halvings, out);
  const { at, width, height } = residentPicture(picture, halvings);
  const kernel = kernelOf();
  const share = 1 / 2 ** halvings;
  const { xx, xy, x0, yx, yy, y0 } = map;
  kernel.warp(
    at,
    width,
    height,
    xx * share,
    xy * share,
    x0 * share,
    yx * share,
    yy * share,
    y0 * share,
    size,
    taps,
    cropAt,
  );
  out.set(kernel.bytes.subarray(cropAt, cropAt + size * size * 3));
}

/**
 * (value - mean) * factor of each channel, plane by plane, of interleaved RGB bytes.
 * @param crop at most {@link largestCrop} squared pixels, a multiple of four.
 */
export function planarKernel(
  crop: Uint8Array,
  mean: readonly [number, number, number],
  factor: readonly [number, number, number],
  out: Float32Array,
  offset: number,
): void {
  const kernel = kernelOf();
  kernel.bytes.set(crop, cropAt);
  kernel.planar(cropAt, crop.length / 3, ...mean, ...factor, floatsAt);
  out.set(kernel.floats.subarray(floatsAt / 4, floatsAt / 4 + crop.length), offset);
}

/** The weighted sum of each pixel's channels, of a crop as for {@link planarKernel}. */
export function weightedKernel(
  crop: Uint8Array,
  weights: readonly [number, number, number],
  out: Float32Array,
  offset: number,
): void {
  const kernel = kernelOf();
  kernel.bytes.set(crop, cropAt);
  kernel.weighted(cropAt, crop.length / 3, ...weights, floatsAt);
  out.set(kernel.floats.subarray(floatsAt / 4, floatsAt / 4 + crop.length / 3), offset);
}
