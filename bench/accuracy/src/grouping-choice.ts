/** Which threshold of group keeps a model's groups pure: chosen on one half of LFW's people, checked on the other. */
import type { RecognitionModelId } from "@mien/vision/analysis";
import { drawnSets, groupingScores, type GroupingScores } from "./grouping.js";
import { halfOf, personOf } from "./lfw-data.js";
import type { NetworkVectors } from "./lfw-embeddings.js";

export interface MeasuredChoice {
  readonly falseAccepts: number;
  readonly faces: number;
  readonly chooses: GroupingScores;
  readonly checks: GroupingScores;
}

/** Small sets hold few pairs, so more of them are drawn. */
const sizes = [
  { faces: 100, count: 120 },
  { faces: 300, count: 40 },
  { faces: 1000, count: 12 },
];
const candidates = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06];
const demandedPrecision = 0.99;

/** `choice` is the largest candidate that keeps the precision at every size. */
export function chooseFalseAccepts(
  model: RecognitionModelId,
  vectors: ReadonlyMap<string, NetworkVectors>,
): { readonly choice: number | undefined; readonly measured: readonly MeasuredChoice[] } {
  const measured = sizes.flatMap(({ faces, count }) => {
    const [choosing, checking] = ([0, 1] as const).map((half) =>
      drawnSets(
        [...vectors.keys()].filter((file) => halfOf(personOf(file)) === half),
        faces,
        count,
      ),
    );
    return candidates.map((falseAccepts): MeasuredChoice => {
      const chooses = groupingScores(model, vectors, choosing!, falseAccepts);
      const checks = groupingScores(model, vectors, checking!, falseAccepts);
      return { falseAccepts, faces, chooses, checks };
    });
  });
  const choice = candidates.findLast((candidate) =>
    measured
      .filter(({ falseAccepts }) => falseAccepts === candidate)
      .every(({ chooses }) => chooses.pairwisePrecision >= demandedPrecision),
  );
  return { choice, measured };
}
