/** Square parts of a picture, all of one size, so that a network that slides over them always sees the same shape. */
import type { RgbPicture } from "./rgb-picture.js";

export interface Tile {
  /** Corner in the picture, pixels. */
  readonly left: number;
  readonly top: number;
}

/**
 * Corners of the tiles that cover a picture; the last of a row or column ends with the picture.
 * @param shared pixels that neighbours have in common.
 */
export function tileCorners(
  { width, height }: { readonly width: number; readonly height: number },
  side: number,
  shared: number,
): Tile[] {
  const along = (length: number): number[] => {
    const count = Math.max(1, Math.ceil((length - shared) / (side - shared)));
    return Array.from({ length: count }, (_, index) =>
      Math.max(0, Math.min(index * (side - shared), length - side)),
    );
  };
  return along(height).flatMap((top) => along(width).map((left) => ({ left, top })));
}

/** Copies a tile's rows; beyond the picture's border `tile` stays as it is. */
export function copyTile(
  { data, width, height }: RgbPicture,
  { left, top }: Tile,
  side: number,
  tile: Uint8Array,
): void {
  const bytes = Math.min(side, width - left) * 3;
  const rows = Math.min(side, height - top);
  for (let row = 0; row < rows; row++) {
    const from = ((top + row) * width + left) * 3;
    tile.set(data.subarray(from, from + bytes), row * side * 3);
  }
}
