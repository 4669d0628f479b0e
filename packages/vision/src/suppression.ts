/** Many boxes for each face become one. */
import { endNear, firstNear, indexAt, orderOf } from "./box-order.js";
import { overlap, type ScoredBox } from "./boxes.js";

/** Greedy non-maximum suppression: of boxes that overlap by more than `threshold`, above 0, the best-scored stays. */
export function suppress(boxes: readonly ScoredBox[], threshold: number): ScoredBox[] {
  const sorted = [...boxes].sort(bestFirst);
  const order = orderOf(sorted);
  const suppressed = new Uint8Array(sorted.length);
  const kept: ScoredBox[] = [];
  for (const [index, box] of sorted.entries()) {
    if (suppressed[index] === 1) continue;
    kept.push(box);
    const end = endNear(order, box, threshold);
    for (let place = firstNear(order, box, threshold); place < end; place++) {
      const other = indexAt(order, place);
      if (overlap(box, sorted[other]!) > threshold) suppressed[other] = 1;
    }
  }
  return kept;
}

function bestFirst(a: ScoredBox, b: ScoredBox): number {
  return b.score - a.score;
}

/**
 * Each box moved to the mean of all boxes that overlap it by `least` or more, weighed by their squared scores: a lot of
 * detections places a face better than its best one.
 */
export function vote(
  kept: readonly ScoredBox[],
  all: readonly ScoredBox[],
  least: number,
): ScoredBox[] {
  const order = orderOf(all);
  const moved: ScoredBox[] = [];
  for (const box of kept) {
    const voters: ScoredBox[] = [];
    const end = endNear(order, box, least);
    for (let place = firstNear(order, box, least); place < end; place++) {
      const other = all[indexAt(order, place)]!;
      if (overlap(box, other) >= least) voters.push(other);
    }
    moved.push(movedTo(box, voters));
  }
  return moved;
}

/** The box in the mean place of those that vote for it. Exported for `bench`. */
export function movedTo(box: ScoredBox, voters: readonly ScoredBox[]): ScoredBox {
  let [weight, left, top, right, bottom] = [0, 0, 0, 0, 0];
  for (const voter of voters) {
    const own = voter.score * voter.score;
    weight += own;
    left += own * voter.left;
    top += own * voter.top;
    right += own * voter.right;
    bottom += own * voter.bottom;
  }
  return {
    ...box,
    left: left / weight,
    top: top / weight,
    right: right / weight,
    bottom: bottom / weight,
  };
}
