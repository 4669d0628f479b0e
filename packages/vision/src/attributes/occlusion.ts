import type { FaceAttributes } from "../analysis.js";
import type { HeadOutputs } from "./network.js";

/**
 * Shares from which a part counts as covered: on validation, where fewer than two in a hundred plain faces count.
 */
const thresholds = { forehead: 0.5, eye: 0.5, mouth: 0.5 };

/** Whether forehead, eyes and mouth are covered, each judged by itself. */
export function occlusion(heads: HeadOutputs): NonNullable<FaceAttributes["occlusion"]> {
  return {
    foreheadOccluded: heads.forehead[0]! >= thresholds.forehead,
    eyeOccluded: heads.eye[0]! >= thresholds.eye,
    mouthOccluded: heads.mouth[0]! >= thresholds.mouth,
  };
}
