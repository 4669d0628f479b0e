/** The three detection models of the contract: one row each. */
import type { DetectionModelId } from "./analysis.js";
import type { BodyWeights } from "./body-witness.js";
import type { EvidenceWeights } from "./face-evidence.js";
import type { UltraFaceScale } from "./ultra-face.js";

/** Where MTCNN looks besides UltraFace. */
export interface MtcnnLook {
  /** Long side of the largest picture in which it looks for faces of 12 pixels. */
  readonly side: number;
  /** What {@link firstImpression} must make of a box for it to look there. */
  readonly leastImpression: number;
}

export interface DetectionModel {
  /** Input sizes that UltraFace looks at; only the smallest may answer faces that are large at its input. */
  readonly scales: readonly UltraFaceScale[];
  /** Score from which UltraFace's boxes are judged. */
  readonly proposalThreshold: number;
  /** UltraFace's boxes that are judged, best first: bounds the cost of a crowd or of foliage. */
  readonly mostProposals: number;
  /** Absent: MTCNN does not look. */
  readonly mtcnn?: MtcnnLook;
  /** How the networks' words count. */
  readonly evidence: EvidenceWeights;
  /** How {@link heardOfBodies} counts in doubtful boxes. Absent: it is not asked. */
  readonly bodies?: BodyWeights;
  /** Score from which a box counts as a face. */
  readonly threshold: number;
  /** Score from which a large box needs no witness. */
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
const fine = { side: 1024, largestFace: 110 };

/** Fitted on WIDER FACE's training pictures: `training/detection/README.md`. */
const ultraAlone: EvidenceWeights = {
  bias: -0.836,
  ultra: 0.321,
  judge: 0.44,
  opinion: 0.806,
  mtcnn: 0,
  otherUltra: 0,
  otherJudgeOfMtcnn: 0,
  otherJudgeOfUltra: 0,
  othersOfUltra: 1.582,
  size: 0.352,
  sizeSquared: -0.05,
  agreement: -0.795,
};
const ultraAndManySizes: EvidenceWeights = {
  bias: -1.2,
  ultra: 0.363,
  judge: 0.337,
  opinion: 0.63,
  mtcnn: 0.653,
  otherUltra: 0.223,
  otherJudgeOfMtcnn: 0.139,
  otherJudgeOfUltra: 0.122,
  othersOfUltra: 0.648,
  size: 0.032,
  sizeSquared: -0.103,
  agreement: 1.261,
};
const ultraAndMtcnn: EvidenceWeights = {
  bias: -0.712,
  ultra: 0.367,
  judge: 0.272,
  opinion: 0.635,
  mtcnn: 0.552,
  otherUltra: 0.26,
  otherJudgeOfMtcnn: 0.191,
  otherJudgeOfUltra: 0.126,
  othersOfUltra: 0.435,
  size: 0.072,
  sizeSquared: -0.084,
  agreement: 0.817,
};

/** How UltraFace's and O-Net's words count before the others are heard. */
export const firstImpression = ultraAlone;

export const detectionModels: Readonly<Record<DetectionModelId, DetectionModel>> = {
  detection_01: {
    scales: [coarse, middle, { side: 960, largestFace: 120 }],
    proposalThreshold: 0.1,
    mostProposals: 400,
    evidence: ultraAlone,
    threshold: 0.47,
    sureScore: 0.85,
    secondThreshold: 0.65,
    suppression: 0.4,
    shape: "square",
  },
  detection_02: {
    scales: [coarse, middle, { side: 960, largestFace: 120 }, { side: 1280, largestFace: 110 }],
    proposalThreshold: 0.1,
    mostProposals: 400,
    mtcnn: { side: 1800, leastImpression: 0 },
    evidence: ultraAndManySizes,
    bodies: { bias: -0.363, detector: 1.166, head: 0.518, arm: -0.35 },
    threshold: 0.35,
    sureScore: 0.6,
    secondThreshold: 0.6,
    suppression: 0.4,
    shape: "tall",
  },
  detection_03: {
    scales: [coarse, middle, fine],
    proposalThreshold: 0.1,
    mostProposals: 400,
    mtcnn: { side: 1024, leastImpression: 0.05 },
    evidence: ultraAndMtcnn,
    bodies: { bias: -0.167, detector: 1.179, head: 0.422, arm: -0.406 },
    threshold: 0.42,
    sureScore: 0.6,
    secondThreshold: 0.55,
    suppression: 0.4,
    shape: "tall",
  },
};
