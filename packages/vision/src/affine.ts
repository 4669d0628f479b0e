/** Plane geometry: affine maps and the fit of a similarity to point pairs. */
import type { Point } from "./analysis.js";

/** x' = xx * x + xy * y + x0, y' = yx * x + yy * y + y0. */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/** Where a map takes a point. */
export function applyAffine(map: Affine, point: Point): Point {
  return {
    x: map.xx * point.x + map.xy * point.y + map.x0,
    y: map.yx * point.x + map.yy * point.y + map.y0,
  };
}

/**
 * The map from a square crop's pixels to the picture's: the crop shows the square of `side` picture pixels around
 * `center`, turned by `angle` radians (clockwise as seen, y down).
 */
export function squareCrop(center: Point, side: number, angle: number, size: number): Affine {
  const scale = side / size;
  const cos = Math.cos(angle) * scale;
  const sin = Math.sin(angle) * scale;
  const half = size / 2;
  return {
    xx: cos,
    xy: -sin,
    x0: center.x - cos * half + sin * half,
    yx: sin,
    yy: cos,
    y0: center.y - sin * half - cos * half,
  };
}

/**
 * The similarity (rotation, uniform scale, translation; no mirror) that takes `from` to `to` with least squared error.
 * Umeyama, "Least-squares estimation of transformation parameters between two point patterns", 1991, in the plane.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Affine {
  const a = middleOf(from);
  const b = middleOf(to);
  let dot = 0;
  let cross = 0;
  let spread = 0;
  for (const [index, point] of from.entries()) {
    const other = to[index]!;
    const fx = point.x - a.x;
    const fy = point.y - a.y;
    const tx = other.x - b.x;
    const ty = other.y - b.y;
    dot += fx * tx + fy * ty;
    cross += fx * ty - fy * tx;
    spread += fx * fx + fy * fy;
  }
  const cos = spread === 0 ? 1 : dot / spread;
  const sin = spread === 0 ? 0 : cross / spread;
  return {
    xx: cos,
    xy: -sin,
    x0: b.x - cos * a.x + sin * a.y,
    yx: sin,
    yy: cos,
    y0: b.y - sin * a.x - cos * a.y,
  };
}

/** The mean of points, of which there must be one at least. */
export function middleOf(points: readonly Point[]): Point {
  let [x, y] = [0, 0];
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return { x: x / points.length, y: y / points.length };
}
