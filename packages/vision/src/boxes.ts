/** Boxes by their corners: floats, pixels of the working picture. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What a detector found. */
export interface ScoredBox extends Box {
  /** 0..1. */
  readonly score: number;
  /** Radians, clockwise as seen, by which the face is rolled; absent: about upright. */
  readonly tilt?: number;
}

/** Square pixels; 0 for a box whose corners are turned round. */
export function boxArea(box: Box): number {
  return Math.max(0, box.right - box.left) * Math.max(0, box.bottom - box.top);
}

/** Intersection over union, 0..1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (boxArea(a) + boxArea(b) - shared);
}

/** Greedy non-maximum suppression: the best-scored box of each overlapping lot stays. */
export function suppress(boxes: readonly ScoredBox[], threshold: number): ScoredBox[] {
  const kept: ScoredBox[] = [];
  for (const box of [...boxes].sort(bestFirst))
    if (!overlapsAny(box, kept, threshold)) kept.push(box);
  return kept;
}

function bestFirst(a: ScoredBox, b: ScoredBox): number {
  return b.score - a.score;
}

/** Whether it overlaps one of the others by more than `most`. */
export function overlapsAny(box: Box, others: readonly Box[], most: number): boolean {
  for (const other of others) if (overlap(box, other) > most) return true;
  return false;
}

/** Those of at least a score. */
export function scoredFrom<Scored extends ScoredBox>(
  boxes: readonly Scored[],
  score: number,
): Scored[] {
  const kept: Scored[] = [];
  for (const box of boxes) if (box.score >= score) kept.push(box);
  return kept;
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
  const moved: ScoredBox[] = [];
  for (const box of kept) {
    let [weight, left, top, right, bottom] = [0, 0, 0, 0, 0];
    for (const other of all) {
      if (overlap(box, other) < least) continue;
      const own = other.score * other.score;
      weight += own;
      left += own * other.left;
      top += own * other.top;
      right += own * other.right;
      bottom += own * other.bottom;
    }
    moved.push({
      ...box,
      left: left / weight,
      top: top / weight,
      right: right / weight,
      bottom: bottom / weight,
    });
  }
  return moved;
}
