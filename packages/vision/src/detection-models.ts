/** The three detection models of the contract: one row each. */
import type { DetectionModelId } from "./analysis.js";
import type { UltraFaceScale } from "./ultra-face.js";

export interface DetectionModel {
  /** Input sizes that are looked at and merged; only the smallest may answer faces that are large at its input. */
  readonly scales: readonly UltraFaceScale[];
  /** Whether O-Net looks at UltraFace's boxes too. */
  readonly refined: boolean;
  /** Score from which UltraFace's boxes are looked at, where O-Net does. */
  readonly proposalThreshold: number;
  /** Score from which a box counts as a face, for `refined` models that of both networks together. */
  readonly threshold: number;
  /** The same for the second look at a picture in which the first finds nothing: more looks make more mistakes. */
  readonly secondThreshold: number;
  /** Intersection over union above which two boxes are the same face. */
  readonly suppression: number;
  /** `square` or the network's own box, from forehead to chin. */
  readonly shape: "square" | "tall";
}

/** Faces larger than this at a scale's input, pixels, are left to the coarser scales, which see them better. */
const coarse = { side: 320, largestFace: Infinity };
const middle = { side: 640, largestFace: 200 };
const fine = { side: 960, largestFace: 120 };
const finest = { side: 1280, largestFace: 110 };

export const detectionModels: Readonly<Record<DetectionModelId, DetectionModel>> = {
  detection_01: {
    scales: [coarse, middle, fine],
    refined: false,
    proposalThreshold: 0,
    threshold: 0.88,
    secondThreshold: 0.97,
    suppression: 0.4,
    shape: "square",
  },
  detection_02: {
    scales: [coarse, middle, fine, finest, { side: 1600, largestFace: 100 }],
    refined: true,
    proposalThreshold: 0.2,
    threshold: 0.8,
    secondThreshold: 0.97,
    suppression: 0.4,
    shape: "tall",
  },
  detection_03: {
    scales: [coarse, middle, fine, finest],
    refined: true,
    proposalThreshold: 0.2,
    threshold: 0.9,
    secondThreshold: 0.97,
    suppression: 0.4,
    shape: "tall",
  },
};
