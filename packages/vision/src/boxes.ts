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

/** Pixels of the longer side. */
export function longerSide({ left, top, right, bottom }: Box): number {
  return Math.max(right - left, bottom - top);
}

/** Square pixels; 0 for a box whose corners are turned round. */
export function boxArea(box: Box): number {
  return Math.max(0, box.right - box.left) * Math.max(0, box.bottom - box.top);
}

/** Intersection over union, 0..1. */
export function overlap(a: Box, b: Box): number {
  const shared = sharedArea(a, b);
  return shared === 0 ? 0 : shared / (boxArea(a) + boxArea(b) - shared);
}

/** The part of the smaller box that both share, 0..1. */
export function partShared(a: Box, b: Box): number {
  const shared = sharedArea(a, b);
  return shared === 0 ? 0 : shared / Math.min(boxArea(a), boxArea(b));
}

/** Square pixels. */
function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width <= 0 || height <= 0 ? 0 : width * height;
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
