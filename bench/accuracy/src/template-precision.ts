/** What storing templates compactly costs: LFW's pairs decided from templates as they are and as each precision gives them back. */
import { matchLogit } from "@mien/gallery/matching";
import {
  decodeTemplate,
  encodeTemplate,
  precisions,
  type PrecisionName,
  storedPrecision,
} from "@mien/gallery/template-codec";
import type { RecognitionModelId } from "@mien/vision/analysis";
import { recognitionCalibration } from "@mien/vision/recognition-models";
import type { LfwPair } from "./lfw-data.js";
import type { NetworkVectors } from "./lfw-embeddings.js";
import { modelEmbedding } from "./model-logit.js";

export interface PrecisionRow {
  readonly recognitionModel: RecognitionModelId;
  readonly precision: PrecisionName;
  /** Whether the store uses it for this model. */
  readonly stored: boolean;
  readonly templateBytes: number;
  readonly pairs: number;
  /** Percent of pairs decided rightly at confidence 0.5. */
  readonly accuracy: number;
  /** Points of accuracy against the embeddings as the networks gave them. */
  readonly change: number;
  /** Pairs that are decided otherwise. */
  readonly changedDecisions: number;
  readonly largestLogitChange: number;
}

export function measurePrecision(
  recognitionModel: RecognitionModelId,
  vectors: ReadonlyMap<string, NetworkVectors>,
  pairs: readonly LfwPair[],
): PrecisionRow[] {
  const calibration = recognitionCalibration(recognitionModel);
  const original = new Map<string, Float32Array>();
  for (const [file, own] of vectors) original.set(file, modelEmbedding(recognitionModel, own));
  const logitsOf = (embeddings: ReadonlyMap<string, Float32Array>): number[] =>
    pairs.map(({ first, second }) => {
      const [a, b] = [embeddings.get(first), embeddings.get(second)];
      return a === undefined || b === undefined ? -Infinity : matchLogit(a, b, calibration);
    });
  const accuracyOf = (logits: readonly number[]): number =>
    (pairs.filter(({ same }, index) => same === logits[index]! >= 0).length / pairs.length) * 100;

  const truth = logitsOf(original);
  return (Object.keys(precisions) as PrecisionName[]).map((precision) => {
    let [templateBytes, length] = [0, 0];
    const stored = new Map<string, Float32Array>();
    for (const [file, embedding] of original) {
      const bytes = encodeTemplate({ recognitionModel, embedding }, precision);
      [templateBytes, length] = [bytes.length, embedding.length];
      stored.set(file, decodeTemplate(bytes).embedding);
    }
    const logits = logitsOf(stored);
    return {
      recognitionModel,
      precision,
      stored: storedPrecision(length) === precision,
      templateBytes,
      pairs: pairs.length,
      accuracy: accuracyOf(logits),
      change: accuracyOf(logits) - accuracyOf(truth),
      changedDecisions: logits.filter((logit, i) => logit >= 0 !== truth[i]! >= 0).length,
      largestLogitChange: Math.max(
        ...logits.map((logit, i) => (Number.isFinite(logit) ? Math.abs(logit - truth[i]!) : 0)),
      ),
    };
  });
}
