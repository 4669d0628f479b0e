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
export const arcFaceSide = 112;

/** Eyes as the mean of their lids, the nose tip, and mouth corners between the outer and the inner contour. */
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
