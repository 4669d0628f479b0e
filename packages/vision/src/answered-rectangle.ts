/** The rectangle that is answered for a detector's box. */
import type { Rectangle } from "./analysis.js";
import type { ScoredBox } from "./boxes.js";

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Whole pixels of the uploaded picture, clipped to it.
 * @param scale uploaded pixels per pixel of the box.
 */
export function answeredRectangle(
  box: ScoredBox,
  shape: "square" | "tall",
  scale: { readonly x: number; readonly y: number },
  picture: PictureSize,
): Rectangle {
  let { left, top, right, bottom } = box;
  if (shape === "square") {
    // As the service answers it: a square as wide as the face, reaching to the chin rather than over the forehead.
    const side = Math.sqrt((right - left) * (bottom - top));
    const middle = (left + right) / 2;
    const lower = bottom - (bottom - top - side) * 0.35;
    left = middle - side / 2;
    right = middle + side / 2;
    top = lower - side;
    bottom = lower;
  }
  const clip = (value: number, limit: number): number =>
    Math.min(limit, Math.max(0, Math.round(value)));
  const x0 = clip(left * scale.x, picture.width - 1);
  const y0 = clip(top * scale.y, picture.height - 1);
  return {
    left: x0,
    top: y0,
    width: Math.max(1, clip(right * scale.x, picture.width) - x0),
    height: Math.max(1, clip(bottom * scale.y, picture.height) - y0),
  };
}
