/** The rectangle that is answered for a detector's box. */
import type { Rectangle } from "./analysis.js";
import type { Box } from "./boxes.js";

/**
 * Whole pixels of the uploaded picture, clipped to it.
 * @param scale uploaded pixels per pixel of the box.
 */
export function answeredRectangle(
  box: Box,
  scale: { readonly x: number; readonly y: number },
  picture: { readonly width: number; readonly height: number },
): Rectangle {
  const { left, top, right, bottom } = box;
  // Sides are rounded when a picture is decoded smaller, so its two scales differ a little: a square is to stay one.
  const scaleOfSides = (scale.x + scale.y) / 2;
  const x0 = clip(left * scale.x, picture.width - 1);
  const y0 = clip(top * scale.y, picture.height - 1);
  return {
    left: x0,
    top: y0,
    width: extent(left * scale.x, (right - left) * scaleOfSides, x0, picture.width),
    height: extent(top * scale.y, (bottom - top) * scaleOfSides, y0, picture.height),
  };
}

function clip(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, Math.round(value)));
}

/** Rounded on its own, so that a square stays one unless the picture's border cuts it. */
function extent(low: number, side: number, start: number, limit: number): number {
  const cut = Math.max(0, -Math.round(low));
  return Math.max(1, Math.min(limit - start, Math.round(side) - cut));
}
