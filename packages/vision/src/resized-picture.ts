/**
 * Pictures at another size: each pixel is the mean of those that it covers and of their neighbours, weighed by a triangle
 * (what libvips calls linear). The loops are `assembly/resize.ts`: a call of libvips costs a millisecond for the smallest
 * picture, and detectors look at a dozen sizes.
 */
import { scratch, whereResident } from "./kernel-memory.js";
import { columnTable, resizeAxis } from "./resize-axis.js";
import type { RgbPicture } from "./rgb-picture.js";

/** Rows of the result that are made before they are copied to where they belong. */
const strip = 32;

/** The picture at another size. */
export function resizedPicture(picture: RgbPicture, width: number, height: number): RgbPicture {
  const rows = resizeAxis(picture.height, height);
  const table = columnTable(picture.width, width);
  const length = picture.width * 3;
  const sourceAt = whereResident(picture);
  const sourceRows =
    sourceAt === undefined ? Math.ceil((strip * picture.height) / height) + 2 * rows.most + 2 : 0;
  const weightsOffset = aligned(table.bytes.length);
  const rowOffset = weightsOffset + aligned(rows.weights.length);
  const outOffset = rowOffset + aligned(length + 16 * table.groups + 32);
  const sourceOffset = outOffset + aligned(strip * width * 3 + 16);
  const { kernel, at } = scratch(sourceOffset + aligned(sourceRows * length + 16));
  kernel.bytes.set(table.bytes, at);
  kernel.bytes.set(rows.weights, at + weightsOffset);

  const data = new Uint8Array(width * height * 3);
  for (let top = 0; top < height; top += strip) {
    const end = Math.min(height, top + strip);
    const firstRow = rows.first[top]!;
    let source = at + sourceOffset;
    if (sourceAt === undefined) {
      const endRow = rows.first[end - 1]! + rows.counts[end - 1]!;
      kernel.bytes.set(picture.data.subarray(firstRow * length, endRow * length), source);
    } else source = sourceAt + firstRow * length;
    const out = at + outOffset;
    for (let y = top; y < end; y++) {
      kernel.weighRows(
        source + (rows.first[y]! - firstRow) * length,
        length,
        at + weightsOffset + y * rows.most,
        rows.counts[y]!,
        at + rowOffset,
      );
      const row = out + (y - top) * width * 3;
      kernel.weighColumns(at + rowOffset, at, width, table.groups, row);
    }
    data.set(kernel.bytes.subarray(out, out + (end - top) * width * 3), top * width * 3);
  }
  return { data, width, height };
}

function aligned(size: number): number {
  return Math.ceil(size / 16) * 16;
}
