/** Logits of confidences from the vectors of single networks. */
import type { RecognitionModelId } from "@mien/vision/analysis";
import {
  faintnessOf,
  recognitionCalibration,
  recognitionModels,
} from "@mien/vision/recognition-models";
import type { NetworkVectors } from "./lfw-embeddings.js";

/** Of unit vectors. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** How faintly the networks saw the face; 0 where the model does not ask. */
function modelFaintness(id: RecognitionModelId, { lengths }: NetworkVectors): number {
  const { faintness } = recognitionModels[id];
  return faintness === undefined ? 0 : faintnessOf(lengths[faintness.network]!, faintness);
}

/** The embedding that the service stores. */
export function modelEmbedding(id: RecognitionModelId, own: NetworkVectors): Float32Array {
  const { networks, faintness } = recognitionModels[id];
  const values = networks.flatMap((name) => [...own[name]]);
  return Float32Array.from(faintness === undefined ? values : [...values, modelFaintness(id, own)]);
}

/** What a pair's logit loses where both faces were seen faintly. */
export function faintnessLoss(
  id: RecognitionModelId,
): (a: NetworkVectors, b: NetworkVectors) => number {
  const { faintness = 0 } = recognitionCalibration(id);
  return (a, b) => faintness * modelFaintness(id, a) * modelFaintness(id, b);
}

/** As the service computes it. */
export function modelLogit(
  id: RecognitionModelId,
): (a: NetworkVectors, b: NetworkVectors) => number {
  const { parts, bias } = recognitionCalibration(id);
  const loss = faintnessLoss(id);
  const { networks } = recognitionModels[id];
  return (a, b) =>
    networks.reduce(
      (logit, name, index) => logit + parts[index]!.weight * cosine(a[name], b[name]),
      bias - loss(a, b),
    );
}
