/** The four recognition models of the contract: one row each. */
import type { RecognitionModelId } from "./analysis.js";
import { type EmbeddingNetworkName, embeddingNetworks } from "./embedding-networks.js";
import { type MeasuredRates, recognitionRates } from "./recognition-rates.js";

export interface RecognitionModel {
  /** Networks whose unit vectors, one after the other, are the embedding. */
  readonly networks: readonly EmbeddingNetworkName[];
}

export const recognitionModels: Readonly<Record<RecognitionModelId, RecognitionModel>> = {
  recognition_01: { networks: ["faceres"] },
  recognition_02: { networks: ["dlib"] },
  recognition_03: { networks: ["fr"] },
  /** Three networks that err on different pairs; the sum of their scores errs least. */
  recognition_04: { networks: ["fr", "mfn", "dlib"] },
};

/** What matching needs to know of a model. */
export interface RecognitionCalibration {
  readonly parts: readonly { readonly length: number; readonly weight: number }[];
  readonly bias: number;
  readonly falseAcceptLogits: readonly { readonly rate: number; readonly logit: number }[];
}

export function recognitionCalibration(id: RecognitionModelId): RecognitionCalibration {
  const { weights, bias, falseAcceptLogits } = recognitionRates[id];
  return {
    parts: recognitionModels[id].networks.map((name, index) => ({
      length: embeddingNetworks[name].length,
      weight: weights[index]!,
    })),
    bias,
    falseAcceptLogits,
  };
}

/** False-accept and false-reject rates by confidence, as measured. */
export function measuredRates(id: RecognitionModelId): MeasuredRates {
  return recognitionRates[id];
}
