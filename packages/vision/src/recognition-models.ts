/** The four recognition models of the contract: one row each. */
import type { RecognitionModelId } from "./analysis.js";
import { type EmbeddingNetworkName, embeddingNetworks } from "./embedding-networks.js";

export interface RecognitionModel {
  /** Networks whose unit vectors, one after the other, are the embedding; with the weight of each one's cosine. */
  readonly networks: readonly { readonly name: EmbeddingNetworkName; readonly weight: number }[];
  /** confidence = sigmoid(sum(weight * cosine) + bias). */
  readonly bias: number;
  /** Confidence of a pair that one in 10,000 pairs of strangers reaches. */
  readonly searchThreshold: number;
}

const fr: RecognitionModel = {
  networks: [{ name: "fr", weight: 27.5 }],
  bias: -27.5 * 0.273,
  searchThreshold: 1 / (1 + Math.exp(-27.5 * (0.412 - 0.273))),
};

export const recognitionModels: Readonly<Record<RecognitionModelId, RecognitionModel>> = {
  recognition_01: fr,
  recognition_02: fr,
  recognition_03: fr,
  recognition_04: fr,
};

/** What matching needs to know of a model. */
export interface RecognitionCalibration {
  readonly parts: readonly { readonly length: number; readonly weight: number }[];
  readonly bias: number;
  readonly searchThreshold: number;
}

export function recognitionCalibration(id: RecognitionModelId): RecognitionCalibration {
  const model = recognitionModels[id];
  return {
    parts: model.networks.map(({ name, weight }) => ({
      length: embeddingNetworks[name].length,
      weight,
    })),
    bias: model.bias,
    searchThreshold: model.searchThreshold,
  };
}
