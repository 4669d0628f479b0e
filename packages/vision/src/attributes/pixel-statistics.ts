/** What the pixels of a face alone tell: brightness, sharpness and noise. */
import { squareCrop } from "../affine.js";
import type { ScoredBox } from "../boxes.js";
import type { Square } from "../service-square.js";
import type { RgbPicture } from "../rgb-picture.js";
import { greyOf, warpRgb } from "../warp.js";

/** Measures of a face's pixels, on the scales that the attributes' regressions were fitted to. */
export interface PixelStatistics {
  /** Mean, deviation and the nine-figure profile's quantiles of the luma in the service's square, 0..1. */
  readonly luma: readonly number[];
  /** Perceptual blur, 0 (sharp) to 1, of the face seen at 128 pixels. */
  readonly blurEffect: number;
  /** Standard deviation of the noise, grey levels of 255. */
  readonly noiseDeviation: number;
}

/** Sharpness is judged at this face size, so that it does not depend on how large the face was photographed. */
const blurSide = 128;
/** Exposure needs no detail. */
const exposureSide = 64;
/** Noise is judged on the picture's own pixels: averaging would remove it. */
const noiseSide = 96;

/**
 * @param box the detector's box, pixels of `picture`: where blur and noise are measured.
 * @param square the service's square: where exposure is measured.
 */
export function pixelStatistics(
  picture: RgbPicture,
  box: ScoredBox,
  square: Square,
): PixelStatistics {
  const center = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
  const side = Math.sqrt((box.right - box.left) * (box.bottom - box.top));
  const scaled = greyCrop(picture, center, side, blurSide);
  const native = 2 * Math.round(Math.max(16, Math.min(noiseSide, side)) / 2);
  // On whole pixels: interpolation would smooth the noise away.
  const whole = { x: Math.round(center.x), y: Math.round(center.y) };
  const own = greyCrop(picture, whole, native, native);
  return {
    luma: lumaProfile(greyCrop(picture, square.center, square.side, exposureSide)),
    blurEffect: blurEffect(scaled, blurSide),
    noiseDeviation: noiseDeviation(own, native),
  };
}

/** Share of the pixels below each quantile of the profile. */
const quantiles = [0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98];

function lumaProfile(grey: Float32Array): number[] {
  const ascending = Float32Array.from(grey).sort();
  let mean = 0;
  for (const value of ascending) mean += value / ascending.length;
  let spread = 0;
  for (const value of ascending) spread += (value - mean) ** 2 / ascending.length;
  const profile = [mean / 255, Math.sqrt(spread) / 255];
  for (const share of quantiles)
    profile.push(ascending[Math.floor(share * ascending.length)]! / 255);
  return profile;
}

function greyCrop(
  picture: RgbPicture,
  center: { readonly x: number; readonly y: number },
  side: number,
  size: number,
): Float32Array {
  const rgb = new Uint8Array(size * size * 3);
  warpRgb(picture, squareCrop(center, side, 0, size), size, rgb);
  const grey = new Float32Array(size * size);
  greyOf(rgb, 1, grey, 0);
  return grey;
}

/**
 * How little is lost when the face is blurred again, 0..1: Crété-Roffet et al., "The blur effect: perception and
 * estimation with a new no-reference perceptual blur metric", 2007; the larger of the two directions.
 */
export function blurEffect(grey: Float32Array, side: number): number {
  return Math.max(blurAlong(grey, side, 1, side), blurAlong(grey, side, side, 1));
}

function blurAlong(grey: Float32Array, side: number, step: number, across: number): number {
  const reach = 4;
  const taps = 2 * reach + 1;
  let variation = 0;
  let lost = 0;
  for (let line = 0; line < side; line++) {
    const start = line * across;
    let sum = 0;
    for (let k = 0; k < taps; k++) sum += grey[start + k * step]!;
    let previous = sum / taps;
    for (let i = reach + 1; i < side - reach; i++) {
      sum += grey[start + (i + reach) * step]! - grey[start + (i - reach - 1) * step]!;
      const blurred = sum / taps;
      const sharp = Math.abs(grey[start + i * step]! - grey[start + (i - 1) * step]!);
      variation += sharp;
      lost += Math.max(0, sharp - Math.abs(blurred - previous));
      previous = blurred;
    }
  }
  return variation === 0 ? 1 : 1 - lost / variation;
}

/**
 * Noise of the flat parts: Immerkær, "Fast noise variance estimation", 1996, by blocks, of which the calmest quarter
 * counts, since hair and edges are no noise.
 */
export function noiseDeviation(grey: Float32Array, side: number): number {
  const block = 8;
  const estimates: number[] = [];
  for (let top = 1; top + block < side; top += block) {
    for (let left = 1; left + block < side; left += block) {
      let sum = 0;
      for (let y = top; y < top + block; y++) {
        for (let x = left; x < left + block; x++) {
          const i = y * side + x;
          sum += Math.abs(
            grey[i - side - 1]! -
              2 * grey[i - side]! +
              grey[i - side + 1]! -
              2 * grey[i - 1]! +
              4 * grey[i]! -
              2 * grey[i + 1]! +
              grey[i + side - 1]! -
              2 * grey[i + side]! +
              grey[i + side + 1]!,
          );
        }
      }
      estimates.push((Math.sqrt(Math.PI / 2) / 6) * (sum / (block * block)));
    }
  }
  // A typed array sorts its numbers as numbers.
  return Float64Array.from(estimates).sort()[Math.floor(estimates.length / 4)] ?? 0;
}
