/** Embeddings and logits of confidences, as the service computes them, from the vectors of single networks. */
import type { RecognitionModelId } from "@mien/vision/analysis";
import { embeddingOf } from "@mien/vision/embeddings";
import { recognitionCalibration, recognitionModels } from "@mien/vision/recognition-models";
import type { NetworkVectors } from "./lfw-embeddings.js";

/** Of unit vectors. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The embedding that the service stores. */
export function modelEmbedding(id: RecognitionModelId, own: NetworkVectors): Float32Array {
  const { networks } = recognitionModels[id];
  return embeddingOf(id, {
    vectors: Float32Array.from(networks.flatMap((name) => [...own[name]])),
    lengths: Float32Array.from(networks, (name) => own.lengths[name]!),
  });
}

/** An embedding by its parts. */
export interface ModelVectors {
  /** The unit vectors, in the order of the model's networks. */
  readonly parts: readonly Float32Array[];
  /** 0 where the model does not ask. */
  readonly faintness: number;
}

export function modelVectors(id: RecognitionModelId, own: NetworkVectors): ModelVectors {
  const embedding = modelEmbedding(id, own);
  let offset = 0;
  const parts = recognitionCalibration(id).parts.map(({ length }) => {
    offset += length;
    return embedding.subarray(offset - length, offset);
  });
  return { parts, faintness: embedding[offset] ?? 0 };
}

/** What a pair's logit loses where both faces were seen faintly. */
export function faintnessLoss(
  id: RecognitionModelId,
): (a: ModelVectors, b: ModelVectors) => number {
  const { faintness = 0 } = recognitionCalibration(id);
  return (a, b) => faintness * a.faintness * b.faintness;
}

/** As the service computes it. */
export function modelLogit(
  id: RecognitionModelId,
): (a: NetworkVectors, b: NetworkVectors) => number {
  const { parts, bias } = recognitionCalibration(id);
  const loss = faintnessLoss(id);
  const known = new WeakMap<NetworkVectors, ModelVectors>();
  const vectorsOf = (own: NetworkVectors): ModelVectors => {
    const vectors = known.get(own) ?? modelVectors(id, own);
    known.set(own, vectors);
    return vectors;
  };
  return (first, second) => {
    const [a, b] = [vectorsOf(first), vectorsOf(second)];
    return parts.reduce(
      (logit, { weight }, index) => logit + weight * cosine(a.parts[index]!, b.parts[index]!),
      bias - loss(a, b),
    );
  };
}
