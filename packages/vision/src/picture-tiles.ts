/** Square parts of a picture, all of one size, so that a network that slides over them always sees the same shape. */
import type { RgbPicture } from "./rgb-picture.js";

/** Where a tile lies; its side is known to the caller. */
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
  const columns = tilesAlong(width, side, shared);
  const rows = tilesAlong(height, side, shared);
  const corners: Tile[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      corners.push({
        left: startOf(column, width, side, shared),
        top: startOf(row, height, side, shared),
      });
  return corners;
}

function tilesAlong(length: number, side: number, shared: number): number {
  return Math.max(1, Math.ceil((length - shared) / (side - shared)));
}

function startOf(index: number, length: number, side: number, shared: number): number {
  return Math.max(0, Math.min(index * (side - shared), length - side));
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
