/** The four recognition models of the contract: one row each. */
import type { RecognitionModelId } from "./analysis.js";
import { type EmbeddingNetworkName, embeddingNetworks } from "./embedding-networks.js";
import type { TellingNetworkName } from "./face-trait.js";
import { type MeasuredRates, recognitionRates } from "./recognition-rates.js";

/** What makes up a recognition model. */
export interface RecognitionModel {
  /**
   * Networks whose unit vectors, less what children and what masked faces have in common, are the embedding, one after the
   * other; the faintness follows where it is known.
   */
  readonly networks: readonly EmbeddingNetworkName[];
  /** Which of them tells how childlike a face is, and whether it is masked. */
  readonly telling: TellingNetworkName;
  /**
   * Strangers that each face of a group may be expected to meet above group's threshold. What group compares is the mean over all
   * pairs of two groups, which a single look-alike seldom carries over it, so it may be more than in a search: the
   * largest with which groups stay right in 99 of 100 pairs (`npm run calibrate:grouping`).
   */
  readonly groupFalseAccepts: number;
  /** Absent: none of the networks tells how much it saw. */
  readonly faintness?: Faintness;
}

/**
 * Of two faces that show little, far away or blurred, networks take what both lack for likeness: strangers of less than 36
 * pixels were taken for one person in three of ten pairs. How much a network saw is told by the length of its vector before
 * that is made a unit one. What follows is fitted by `training/recognition/faintness.py`.
 */
export interface Faintness {
  /** Whose vector tells. */
  readonly network: EmbeddingNetworkName;
  /** The natural logarithm of the length from which a face is seen clearly; what is missing to it is the faintness. */
  readonly clearFrom: number;
  /** Taken from a pair's logit for each unit of the product of both faintnesses: nothing where one face is clear. */
  readonly weight: number;
}

/** How faintly a face was seen, 0 or more. @param length of the network's vector before it was made a unit one. */
export function faintnessOf(length: number, { clearFrom }: Faintness): number {
  return length === 0 ? 0 : Math.max(0, clearFrom - Math.log(length));
}

/** The ArcFace network tells it for both models that it is part of. */
const toldByArcFace: Faintness = { network: "fr", clearFrom: 1.1, weight: 20 };

/** The recognition models by their names in the contract. */
export const recognitionModels: Readonly<Record<RecognitionModelId, RecognitionModel>> = {
  recognition_01: {
    networks: ["faceres"],
    telling: "faceres",
    groupFalseAccepts: 0.02,
    faintness: { network: "faceres", clearFrom: 2.2, weight: 7 },
  },
  recognition_02: { networks: ["dlib"], telling: "dlib", groupFalseAccepts: 0.04 },
  recognition_03: {
    networks: ["fr"],
    telling: "fr",
    groupFalseAccepts: 0.05,
    faintness: toldByArcFace,
  },
  /** Three networks that err on different pairs; the sum of their scores errs least. */
  recognition_04: {
    networks: ["fr", "mfn", "dlib"],
    telling: "fr",
    groupFalseAccepts: 0.03,
    faintness: toldByArcFace,
  },
};

/** What matching needs to know of a model. */
export interface RecognitionCalibration {
  readonly parts: readonly { readonly length: number; readonly weight: number }[];
  readonly bias: number;
  readonly faintness?: number;
  readonly falseAcceptLogits: readonly { readonly rate: number; readonly logit: number }[];
  readonly groupFalseAccepts: number;
}

/** As `@mien/gallery/matching` takes it. */
export function recognitionCalibration(id: RecognitionModelId): RecognitionCalibration {
  const { weights, bias, falseAcceptLogits } = recognitionRates[id];
  const { networks, groupFalseAccepts, faintness } = recognitionModels[id];
  return {
    parts: networks.map((name, index) => ({
      length: embeddingNetworks[name].length,
      weight: weights[index]!,
    })),
    bias,
    ...(faintness === undefined ? {} : { faintness: faintness.weight }),
    falseAcceptLogits,
    groupFalseAccepts,
  };
}

/** False-accept and false-reject rates by confidence, as measured. */
export function measuredRates(id: RecognitionModelId): MeasuredRates {
  return recognitionRates[id];
}
