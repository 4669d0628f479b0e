import type { Level } from "../analysis.js";
import { exposure } from "./exposure.js";
import { blur, noise } from "./picture-quality.js";
import type { FaceEvidence } from "./registry.js";

/** Face sides, pixels, below which recognition loses: the embedding sees a face at about 100 pixels. */
const side = { low: 48, medium: 100 };
/** Degrees of turn. */
const turn = { low: 50, medium: 28 };

/**
 * Fitness for recognition by the weakest of size, turn, blur, exposure and noise: `high` for enrolment, `medium` for
 * identification, `low` for neither.
 */
export function qualityForRecognition({ faceSide, headPose, pixels }: FaceEvidence): Level {
  const turned = Math.max(Math.abs(headPose.yaw), Math.abs(headPose.pitch));
  const exposed = exposure(pixels).exposureLevel;
  const blurred = blur(pixels).blurLevel;
  const noisy = noise(pixels).noiseLevel;
  if (faceSide < side.low || turned > turn.low || blurred === "high" || noisy === "high")
    return "low";
  const impaired =
    faceSide < side.medium ||
    turned > turn.medium ||
    blurred === "medium" ||
    noisy === "medium" ||
    exposed !== "goodExposure";
  return impaired ? "medium" : "high";
}
