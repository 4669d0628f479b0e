/**
 * Faces into people: agglomerative clustering with average linkage, so that one face that resembles two people does
 * not chain them together, as single linkage would.
 */
import { type MatchCalibration, matchLogit, searchLogit } from "./matching.js";

export interface Grouping {
  /** Indices of the faces of each person, most faces first; at least two in each. */
  readonly groups: readonly (readonly number[])[];
  /** Indices of faces without a counterpart. */
  readonly ungrouped: readonly number[];
}

/**
 * Groups faces whose mean pairwise logit reaches the threshold of a search among all of them. Nearest-neighbour chain, which needs time and
 * memory of the order of the square of the count: Müllner, "Modern hierarchical, agglomerative clustering
 * algorithms", 2011. Ties go to the lower index, so callers that sort their faces first get the same groups for any
 * order.
 */
export function groupFaces(
  embeddings: readonly Float32Array[],
  calibration: MatchCalibration,
): Grouping {
  const count = embeddings.length;
  const threshold = searchLogit(calibration, count);
  const similarity = pairwiseLogits(embeddings, calibration);
  const members = embeddings.map((_, index) => [index]);
  const alive = new Set(members.keys());
  const chain: number[] = [];
  const finished: number[][] = [];
  while (alive.size > 0) {
    if (chain.length === 0) chain.push(alive.values().next().value!);
    const top = chain.at(-1)!;
    const below = chain.at(-2);
    let best = -1;
    for (const other of alive) {
      if (other === top) continue;
      if (best === -1 || similarity[top * count + other]! > similarity[top * count + best]!)
        best = other;
    }
    // Prefer the neighbour we came from on ties, or the chain might never close.
    if (
      below !== undefined &&
      best !== -1 &&
      similarity[top * count + below]! >= similarity[top * count + best]!
    )
      best = below;
    if (best === -1 || similarity[top * count + best]! < threshold) {
      // Its nearest neighbour is too far: merges elsewhere can only leave it farther.
      alive.delete(top);
      finished.push(members[top]!);
      chain.pop();
    } else if (best === below) {
      chain.length -= 2;
      merge(similarity, count, members, alive, Math.min(top, best), Math.max(top, best));
    } else {
      chain.push(best);
    }
  }
  finished.forEach((group) => group.sort((a, b) => a - b));
  return {
    groups: finished
      .filter((group) => group.length > 1)
      .sort((a, b) => b.length - a.length || a[0]! - b[0]!),
    ungrouped: finished
      .filter((group) => group.length === 1)
      .map(([index]) => index!)
      .sort((a, b) => a - b),
  };
}

function pairwiseLogits(
  embeddings: readonly Float32Array[],
  calibration: MatchCalibration,
): Float64Array {
  const count = embeddings.length;
  const logits = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = i + 1; j < count; j++) {
      const logit = matchLogit(embeddings[i]!, embeddings[j]!, calibration);
      logits[i * count + j] = logit;
      logits[j * count + i] = logit;
    }
  return logits;
}

/** Lance-Williams update of average linkage: `kept` takes in `gone`. */
function merge(
  similarity: Float64Array,
  count: number,
  members: number[][],
  alive: Set<number>,
  kept: number,
  gone: number,
): void {
  const a = members[kept]!.length;
  const b = members[gone]!.length;
  alive.delete(gone);
  for (const other of alive) {
    if (other === kept) continue;
    const mean =
      (a * similarity[kept * count + other]! + b * similarity[gone * count + other]!) / (a + b);
    similarity[kept * count + other] = mean;
    similarity[other * count + kept] = mean;
  }
  members[kept]!.push(...members[gone]!);
}
