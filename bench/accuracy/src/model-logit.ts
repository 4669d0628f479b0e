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
export function modelFaintness(id: RecognitionModelId, { lengths }: NetworkVectors): number {
  const { faintness } = recognitionModels[id];
  return faintness === undefined ? 0 : faintnessOf(lengths[faintness.network]!, faintness);
}

/** The embedding that the service stores. */
export function modelEmbedding(id: RecognitionModelId, own: NetworkVectors): Float32Array {
  const { networks, faintness } = recognitionModels[id];
  const values = networks.flatMap((name) => [...own[name]]);
  return Float32Array.from(faintness === undefined ? values : [...values, modelFaintness(id, own)]);
}

/** As the service computes it. */
export function modelLogit(
  id: RecognitionModelId,
): (a: NetworkVectors, b: NetworkVectors) => number {
  const calibration = recognitionCalibration(id);
  const { networks } = recognitionModels[id];
  return (a, b) =>
    networks.reduce(
      (logit, name, index) => logit + calibration.parts[index]!.weight * cosine(a[name], b[name]),
      calibration.bias -
        (calibration.faintness ?? 0) * modelFaintness(id, a) * modelFaintness(id, b),
    );
}
