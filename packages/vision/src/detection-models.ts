/** The three detection models of the contract: one row each. */
import type { DetectionModelId } from "./analysis.js";
import type { EvidenceWeights } from "./face-evidence.js";
import type { UltraFaceScale } from "./ultra-face.js";

export interface DetectionModel {
  /** Input sizes that UltraFace looks at; only the smallest may answer faces that are large at its input. */
  readonly scales: readonly UltraFaceScale[];
  /** Score from which UltraFace's boxes are judged. */
  readonly proposalThreshold: number;
  /** UltraFace's boxes that are judged, best first: bounds the cost of a crowd or of foliage. */
  readonly mostProposals: number;
  /** The smallest faces that MTCNN looks for besides: this share of the picture's long side. Absent: it does not look. */
  readonly smallestMtcnnFace?: number;
  /** How the networks' words count. */
  readonly evidence: EvidenceWeights;
  /** Score from which a box counts as a face. */
  readonly threshold: number;
  /** Score from which a large box needs no witness, and from which a look is sure of its faces. */
  readonly sureScore: number;
  /** The same as {@link threshold} for the second look at a picture in which the first finds nothing: more looks make more mistakes. */
  readonly secondThreshold: number;
  /** Intersection over union above which two boxes are the same face. */
  readonly suppression: number;
  /** `square` or the networks' own box, from forehead to chin. */
  readonly shape: "square" | "tall";
}

/** Faces larger than this at a scale's input, pixels, are left to the coarser scales, which see them better. */
const coarse = { side: 320, largestFace: Infinity };
const middle = { side: 640, largestFace: 200 };
const fine = { side: 960, largestFace: 120 };
const finest = { side: 1280, largestFace: 110 };

/** Fitted on half of WIDER FACE's training pictures: `training/detection/README.md`. */
const ultraAndJudge: EvidenceWeights = {
  bias: -2.674,
  ultra: 0.358,
  judge: 0.685,
  mtcnn: 0,
  otherUltra: 0,
  otherJudgeOfMtcnn: 0,
  otherJudgeOfUltra: 0,
  othersOfUltra: 1.818,
  size: 0.42,
  sizeSquared: -0.015,
  agreement: -0.439,
};
const allScalesAndMtcnn: EvidenceWeights = {
  bias: -1.693,
  ultra: 0.384,
  judge: 0.366,
  mtcnn: 1.008,
  otherUltra: 0.322,
  otherJudgeOfMtcnn: 0.296,
  otherJudgeOfUltra: 0.159,
  othersOfUltra: 0.458,
  size: 0.084,
  sizeSquared: -0.018,
  agreement: 0.966,
};
const threeScalesAndMtcnn: EvidenceWeights = {
  bias: -1.22,
  ultra: 0.435,
  judge: 0.364,
  mtcnn: 1.031,
  otherUltra: 0.374,
  otherJudgeOfMtcnn: 0.278,
  otherJudgeOfUltra: 0.146,
  othersOfUltra: 0.514,
  size: 0.066,
  sizeSquared: -0.032,
  agreement: 0.662,
};

export const detectionModels: Readonly<Record<DetectionModelId, DetectionModel>> = {
  detection_01: {
    scales: [coarse, middle, fine, finest],
    proposalThreshold: 0.1,
    mostProposals: 400,
    evidence: ultraAndJudge,
    threshold: 0.45,
    sureScore: 0.9,
    secondThreshold: 0.6,
    suppression: 0.4,
    shape: "square",
  },
  detection_02: {
    scales: [coarse, middle, fine, finest],
    proposalThreshold: 0.1,
    mostProposals: 400,
    smallestMtcnnFace: 1 / 150,
    evidence: allScalesAndMtcnn,
    threshold: 0.35,
    sureScore: 0.6,
    secondThreshold: 0.6,
    suppression: 0.4,
    shape: "tall",
  },
  detection_03: {
    scales: [coarse, middle, finest],
    proposalThreshold: 0.1,
    mostProposals: 400,
    smallestMtcnnFace: 1 / 120,
    evidence: threeScalesAndMtcnn,
    threshold: 0.42,
    sureScore: 0.6,
    secondThreshold: 0.6,
    suppression: 0.4,
    shape: "tall",
  },
};
