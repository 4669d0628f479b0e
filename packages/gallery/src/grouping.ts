/**
 * Faces into people: agglomerative clustering with average linkage, so that one face that resembles two people does
 * not chain them together, as single linkage would.
 */
import { type MatchCalibration, searchLogit } from "./matching.js";
import { type PackedVectors, packVectors } from "./packed-vectors.js";
import { pairwiseProducts } from "./pairwise.js";

/** Faces divided into people. Every index is in exactly one place. */
export interface Grouping {
  /** Indices of the faces of each person, most faces first; at least two in each. */
  readonly groups: readonly (readonly number[])[];
  /** Indices of faces without a counterpart. */
  readonly ungrouped: readonly number[];
}

/**
 * Groups faces whose mean pairwise logit reaches the threshold of a search among all of them, with as many
 * strangers as the model's groups can bear. Nearest-neighbour chain, which needs time and
 * memory of the order of the square of the count: Müllner, "Modern hierarchical, agglomerative clustering
 * algorithms", 2011. Ties go to the lower index, so callers that sort their faces first get the same groups for any
 * order.
 */
export function groupFaces(
  embeddings: readonly Float32Array[],
  calibration: MatchCalibration,
): Grouping {
  return groupPacked(packVectors(embeddings, calibration), calibration);
}

/** The same of vectors that are packed already. */
export function groupPacked(vectors: PackedVectors, calibration: MatchCalibration): Grouping {
  const { count } = vectors;
  const threshold = searchLogit(calibration, count, calibration.groupFalseAccepts);
  const similarity = pairwiseLogits(vectors, calibration.bias);
  const members = Array.from({ length: count }, (_, index) => [index]);
  const alive = new AliveList(count);
  const chain: number[] = [];
  const finished: number[][] = [];
  while (alive.count > 0) {
    if (chain.length === 0) chain.push(alive.items[0]!);
    const top = chain.at(-1)!;
    const below = chain.at(-2);
    let best = nearest(similarity, count, alive, top);
    // Prefer the neighbour we came from on ties, or the chain might never close.
    if (
      below !== undefined &&
      best !== -1 &&
      similarity[top * count + below]! >= similarity[top * count + best]!
    )
      best = below;
    if (best === -1 || similarity[top * count + best]! < threshold) {
      // Its nearest neighbour is too far: merges elsewhere can only leave it farther.
      alive.remove(top);
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

/** Indices in ascending order in one array: scanned for every link of the chain, seldom shortened. */
class AliveList {
  readonly items: Int32Array;
  count: number;

  constructor(count: number) {
    this.items = Int32Array.from({ length: count }, (_, index) => index);
    this.count = count;
  }

  remove(item: number): void {
    this.items.copyWithin(this.items.indexOf(item), this.items.indexOf(item) + 1, this.count);
    this.count--;
  }
}

/** The first of those most similar to `own`; -1 when it is the last one left. */
function nearest(
  similarity: Float64Array,
  count: number,
  { items, count: left }: AliveList,
  own: number,
): number {
  const row = own * count;
  let best = -1;
  let highest = -Infinity;
  for (let i = 0; i < left; i++) {
    const other = items[i]!;
    const value = similarity[row + other]!;
    if (value > highest && other !== own) {
      highest = value;
      best = other;
    }
  }
  return best;
}

/** The whole symmetric matrix. */
function pairwiseLogits(vectors: PackedVectors, bias: number): Float64Array {
  const { count, rows, faintness } = vectors;
  const products = pairwiseProducts(vectors);
  const logits = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = i + 1; j < count; j++) {
      const logit = products[i * rows + j]! + bias - faintness[i]! * faintness[j]!;
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
  alive: AliveList,
  kept: number,
  gone: number,
): void {
  const a = members[kept]!.length;
  const b = members[gone]!.length;
  alive.remove(gone);
  for (let i = 0; i < alive.count; i++) {
    const other = alive.items[i]!;
    if (other === kept) continue;
    const mean =
      (a * similarity[kept * count + other]! + b * similarity[gone * count + other]!) / (a + b);
    similarity[kept * count + other] = mean;
    similarity[other * count + kept] = mean;
  }
  members[kept]!.push(...members[gone]!);
}
