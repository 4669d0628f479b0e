/** Embeddings and logits of confidences, as the service computes them, from the vectors of single networks. */
import { matchLogit } from "@mien/gallery/matching";
import type { RecognitionModelId } from "@mien/vision/analysis";
import { embeddingOf } from "@mien/vision/embeddings";
import { recognitionCalibration, recognitionModels } from "@mien/vision/recognition-models";
import type { NetworkVectors } from "./lfw-embeddings.js";

/** The embedding that the service stores. */
export function modelEmbedding(id: RecognitionModelId, own: NetworkVectors): Float32Array {
  const { networks } = recognitionModels[id];
  return embeddingOf(id, {
    vectors: Float32Array.from(networks.flatMap((name) => [...own[name]])),
    lengths: Float32Array.from(networks, (name) => own.lengths[name]!),
  });
}

/** As the service computes it. */
export function modelLogit(
  id: RecognitionModelId,
): (a: NetworkVectors, b: NetworkVectors) => number {
  const calibration = recognitionCalibration(id);
  const known = new WeakMap<NetworkVectors, Float32Array>();
  const embeddingOfFace = (own: NetworkVectors): Float32Array => {
    const embedding = known.get(own) ?? modelEmbedding(id, own);
    known.set(own, embedding);
    return embedding;
  };
  return (a, b) => matchLogit(embeddingOfFace(a), embeddingOfFace(b), calibration);
}
