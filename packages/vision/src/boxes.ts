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
  for (const box of [...boxes].sort((a, b) => b.score - a.score))
    if (!kept.some((other) => overlap(box, other) > threshold)) kept.push(box);
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
  return kept.map((box) => {
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
    return {
      ...box,
      left: left / weight,
      top: top / weight,
      right: right / weight,
      bottom: bottom / weight,
    };
  });
}
