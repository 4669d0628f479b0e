/** The three detection models of the contract: one row each. */
import type { DetectionModelId } from "./analysis.js";
import type { UltraFaceScale } from "./ultra-face.js";

export interface DetectionModel {
  /** Input sizes that are looked at and merged; only the smallest may answer faces that are large at its input. */
  readonly scales: readonly UltraFaceScale[];
  /** Score from which a box counts as a face. */
  readonly threshold: number;
  /** Intersection over union above which two boxes are the same face. */
  readonly suppression: number;
  /** `square` or the network's own box, from forehead to chin. */
  readonly shape: "square" | "tall";
}

/** Above this size at the input, pixels, UltraFace is unsure; another scale sees such a face better. */
const largestFace = 110;

export const detectionModels: Readonly<Record<DetectionModelId, DetectionModel>> = {
  detection_01: {
    scales: [
      { side: 320, largestFace: Infinity },
      { side: 960, largestFace },
    ],
    threshold: 0.85,
    suppression: 0.4,
    shape: "square",
  },
  detection_02: {
    scales: [
      { side: 320, largestFace: Infinity },
      { side: 1280, largestFace },
    ],
    threshold: 0.8,
    suppression: 0.4,
    shape: "tall",
  },
  detection_03: {
    scales: [
      { side: 320, largestFace: Infinity },
      { side: 960, largestFace },
    ],
    threshold: 0.85,
    suppression: 0.4,
    shape: "tall",
  },
};
