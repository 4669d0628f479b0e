/** Every attribute that can be answered: one row each, from evidence to the value on the wire. */
import type { AttributeName, FaceAttributes, HeadPose } from "../analysis.js";
import { blur, exposure, noise } from "./picture-quality.js";
import type { PixelStatistics } from "./pixel-statistics.js";
import { qualityForRecognition } from "./recognition-quality.js";

/** What is known of one face. */
export interface FaceEvidence {
  readonly headPose: HeadPose;
  readonly pixels: PixelStatistics;
  /** Geometric mean of the box's sides, pixels of the working picture. */
  readonly faceSide: number;
  readonly detectionScore: number;
}

type AttributeEstimator = (evidence: FaceEvidence) => FaceAttributes;

export const attributeEstimators: Readonly<Partial<Record<AttributeName, AttributeEstimator>>> = {
  headPose: ({ headPose }) => ({ headPose }),
  blur: ({ pixels }) => ({ blur: blur(pixels) }),
  exposure: ({ pixels }) => ({ exposure: exposure(pixels) }),
  noise: ({ pixels }) => ({ noise: noise(pixels) }),
  qualityForRecognition: (evidence) => ({ qualityForRecognition: qualityForRecognition(evidence) }),
};

export const supportedAttributes = Object.keys(attributeEstimators) as readonly AttributeName[];
