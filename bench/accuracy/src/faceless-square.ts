/** Parts of photographs that show no face, for all that is to find none. */
import type { Box } from "@mien/vision/boxes";

export interface PictureArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Throws a square of 0.3 to 0.7 of the picture's shorter side.
 * @param faces all that are marked: none may come nearer to the square than a tenth of its side.
 * @param random 0 <= value < 1; three numbers are taken.
 * @returns `undefined` when one does.
 */
export function facelessSquare(
  { width, height }: { readonly width: number; readonly height: number },
  faces: readonly Box[],
  random: () => number,
): PictureArea | undefined {
  const side = Math.round((0.3 + 0.4 * random()) * Math.min(width, height));
  const left = Math.floor(random() * (width - side));
  const top = Math.floor(random() * (height - side));
  const margin = side * 0.1;
  const clear = faces.every(
    (face) =>
      face.right < left - margin ||
      face.left > left + side + margin ||
      face.bottom < top - margin ||
      face.top > top + side + margin,
  );
  return clear ? { left, top, width: side, height: side } : undefined;
}
