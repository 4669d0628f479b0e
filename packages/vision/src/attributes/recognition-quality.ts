import type { Level } from "../analysis.js";
import type { FaceEvidence } from "./evidence.js";
import { qualityCuts, qualityWeights } from "./quality-weights.js";

const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/**
 * What recognition may trip over, each about 0 for a good portrait and 1 for a bad one. The first is what the attribute
 * network expects of the embeddings: it saw faces spoilt in known ways beside what the embeddings made of them.
 */
export const qualityFeatures: Readonly<Record<string, (face: FaceEvidence) => number>> = {
  lost: ({ heads }) => 1 - heads.kept[0]!,
  turned: ({ headPose }) => clamp((Math.abs(headPose.yaw) - 10) / 40, 0, 1.5),
  tilted: ({ headPose }) => clamp((Math.abs(headPose.pitch) - 10) / 30, 0, 1.5),
  small: ({ faceSide }) => clamp(Math.log2(112 / faceSide), 0, 3),
  blurred: ({ pixels }) => clamp((pixels.blurEffect - 0.4) / 0.4, 0, 1.2),
  noisy: ({ pixels }) => clamp(Math.log2(Math.max(1, pixels.noiseDeviation) / 3) / 3, 0, 1.2),
  dark: ({ pixels }) => clamp((0.3 - pixels.luma[0]!) / 0.25, 0, 1),
  covered: ({ heads }) => Math.max(heads.mouth[0]!, heads.eye[0]!),
};

/** This face's part of the log odds that a pair of one person is rejected: the larger, the likelier. */
export function expectedError(face: FaceEvidence): number {
  return expectedErrorWith(qualityWeights, face);
}

/** The same by other weights: what fits them needs. */
export function expectedErrorWith(
  weights: Readonly<Record<string, number>>,
  face: FaceEvidence,
): number {
  return Object.entries(qualityFeatures).reduce(
    (sum, [name, feature]) => sum + weights[name]! * feature(face),
    0,
  );
}

/** `high` for enrolment, `medium` for identification, `low` for neither. */
export function qualityForRecognition(face: FaceEvidence): Level {
  const error = expectedError(face);
  return error < qualityCuts.high ? "high" : error < qualityCuts.low ? "medium" : "low";
}
