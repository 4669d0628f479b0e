/** The four recognition models of the contract: one row each. */
import type { RecognitionModelId } from "./analysis.js";
import { type EmbeddingNetworkName, embeddingNetworks } from "./embedding-networks.js";
import { type MeasuredRates, recognitionRates } from "./recognition-rates.js";

/** What makes up a recognition model. */
export interface RecognitionModel {
  /** Networks whose unit vectors, one after the other, are the embedding. */
  readonly networks: readonly EmbeddingNetworkName[];
  /**
   * Strangers that each face of a group may be expected to meet above group's threshold. What group compares is the mean over all
   * pairs of two groups, which a single look-alike seldom carries over it, so it may be more than in a search: the
   * largest with which groups stay right in 99 of 100 pairs (`npm run calibrate:grouping`).
   */
  readonly groupFalseAccepts: number;
}

/** The recognition models by their names in the contract. */
export const recognitionModels: Readonly<Record<RecognitionModelId, RecognitionModel>> = {
  recognition_01: { networks: ["faceres"], groupFalseAccepts: 0.02 },
  recognition_02: { networks: ["dlib"], groupFalseAccepts: 0.04 },
  recognition_03: { networks: ["fr"], groupFalseAccepts: 0.05 },
  /** Three networks that err on different pairs; the sum of their scores errs least. */
  recognition_04: { networks: ["fr", "mfn", "dlib"], groupFalseAccepts: 0.03 },
};

/** What matching needs to know of a model. */
export interface RecognitionCalibration {
  readonly parts: readonly { readonly length: number; readonly weight: number }[];
  readonly bias: number;
  readonly falseAcceptLogits: readonly { readonly rate: number; readonly logit: number }[];
  readonly groupFalseAccepts: number;
}

/** As `@mien/gallery/matching` takes it. */
export function recognitionCalibration(id: RecognitionModelId): RecognitionCalibration {
  const { weights, bias, falseAcceptLogits } = recognitionRates[id];
  return {
    parts: recognitionModels[id].networks.map((name, index) => ({
      length: embeddingNetworks[name].length,
      weight: weights[index]!,
    })),
    bias,
    falseAcceptLogits,
    groupFalseAccepts: recognitionModels[id].groupFalseAccepts,
  };
}

/** False-accept and false-reject rates by confidence, as measured. */
export function measuredRates(id: RecognitionModelId): MeasuredRates {
  return recognitionRates[id];
}
