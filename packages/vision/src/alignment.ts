/** Aligned crops for the embedding networks. */
import type { Point } from "./analysis.js";
import { type Affine, fitSimilarity } from "./affine.js";
import { meanPoint } from "./landmarks68.js";

/** Eyes, nose and mouth corners in a 112-pixel crop: the ArcFace template, as its field uses it. */
const arcFaceTemplate: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];
/** Side of the crop that the template is of, pixels. */
export const arcFaceSide = 112;

/** Eyes as the mean of their lids, the nose tip, and mouth corners between the outer and the inner contour; left before right. */
export function fivePoints(landmarks68: Float32Array): Point[] {
  return [
    meanPoint(landmarks68, [37, 38, 40, 41]),
    meanPoint(landmarks68, [43, 44, 46, 47]),
    meanPoint(landmarks68, [30]),
    meanPoint(landmarks68, [48, 60]),
    meanPoint(landmarks68, [54, 64]),
  ];
}

/** The map from a pixel of the aligned 112-pixel crop to the picture's. */
export function arcFaceCrop(landmarks68: Float32Array): Affine {
  return fitSimilarity(arcFaceTemplate, fivePoints(landmarks68));
}

/** Side of dlib's face chip, pixels. */
export const dlibSide = 150;

/**
 * Five points in dlib's 150-pixel face chip: those of its mean face (unit square), with a quarter of its side around it.
 * The eyes are the means of all six points of each, where {@link fivePoints} takes the four of the lids, which are at
 * (0.22415, 0.21195): less than half a pixel of the chip, which the calibration holds.
 */
const dlibTemplate: readonly Point[] = [
  { x: 0.22549, y: 0.21599 },
  { x: 0.75476, y: 0.21599 },
  { x: 0.49013, y: 0.51563 },
  { x: 0.27226, y: 0.78251 },
  { x: 0.70799, y: 0.78251 },
].map(({ x, y }) => ({ x: ((x + 0.25) / 1.5) * dlibSide, y: ((y + 0.25) / 1.5) * dlibSide }));

/** The map from a pixel of the chip to the picture's. */
export function dlibCrop(landmarks68: Float32Array): Affine {
  return fitSimilarity(dlibTemplate, fivePoints(landmarks68));
}

/** Side of {@link wideCrop}, pixels. */
export const wideSide = 224;

/** 1.3 times the ArcFace frame in 224 pixels. */
export function wideCrop(landmarks68: Float32Array): Affine {
  return frameCrop(landmarks68, 1.3, wideSide);
}

/** `frames` times the ArcFace frame around its middle, in `side` pixels. */
export function frameCrop(landmarks68: Float32Array, frames: number, side: number): Affine {
  const scale = side / arcFaceSide / frames;
  const template = arcFaceTemplate.map(({ x, y }) => ({
    x: (x - arcFaceSide / 2) * scale + side / 2,
    y: (y - arcFaceSide / 2) * scale + side / 2,
  }));
  return fitSimilarity(template, fivePoints(landmarks68));
}
