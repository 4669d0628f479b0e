/** Logits of confidences from the vectors of single networks. */
import type { RecognitionModelId } from "@mien/vision/analysis";
import { recognitionCalibration, recognitionModels } from "@mien/vision/recognition-models";
import type { NetworkVectors } from "./lfw-embeddings.js";

/** Of unit vectors. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** As `@mien/gallery/matching` computes it of the networks' vectors side by side. */
export function modelLogit(
  id: RecognitionModelId,
): (a: NetworkVectors, b: NetworkVectors) => number {
  const { parts, bias } = recognitionCalibration(id);
  const { networks } = recognitionModels[id];
  return (a, b) =>
    networks.reduce(
      (logit, name, index) => logit + parts[index]!.weight * cosine(a[name], b[name]),
      bias,
    );
}
