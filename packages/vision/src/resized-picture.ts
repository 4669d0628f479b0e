/**
 * Pictures at another size: each pixel is the mean of those that it covers and of their neighbours, weighed by a triangle
 * (what libvips calls linear). The loops are `assembly/resize.ts`: a call of libvips costs a millisecond for the smallest
 * picture, and detectors look at a dozen sizes.
 */
import { type Kernel, scratch, whereResident } from "./kernel-memory.js";
import type { RgbPicture } from "./rgb-picture.js";

/** Rows of the result that are made before they are copied to where they belong. */
const strip = 32;

/** The pixels of the source that make one of the result, and what each of them counts: whole numbers, 255 together. */
interface Share {
  readonly first: number;
  readonly weights: readonly number[];
}

/** The picture at another size. */
export function resizedPicture(picture: RgbPicture, width: number, height: number): RgbPicture {
  const rows = shares(picture.height, height);
  const columns = shares(picture.width, width);
  const groups = Math.max(...columns.map(({ weights }) => Math.ceil(weights.length / 4)));
  const columnBytes = 4 + 16 * groups;
  // The loop makes four pixels at a time.
  const tableBytes = (width + 3) * columnBytes;
  const mostWeights = Math.max(...rows.map(({ weights }) => weights.length));
  const length = picture.width * 3;
  const sourceAt = whereResident(picture);
  const sourceRows =
    sourceAt === undefined ? Math.ceil((strip * picture.height) / height) + 2 * mostWeights + 2 : 0;
  const weightsOffset = aligned(tableBytes);
  const rowOffset = weightsOffset + aligned(mostWeights);
  const outOffset = rowOffset + aligned(length + 16 * groups + 32);
  const sourceOffset = outOffset + aligned(strip * width * 3 + 16);
  const { kernel, at } = scratch(sourceOffset + aligned(sourceRows * length + 16));
  writeColumns(kernel, at, columns, groups);

  const data = new Uint8Array(width * height * 3);
  for (let top = 0; top < height; top += strip) {
    const end = Math.min(height, top + strip);
    const firstRow = rows[top]!.first;
    let source = at + sourceOffset;
    if (sourceAt === undefined) {
      const last = rows[end - 1]!;
      const endRow = last.first + last.weights.length;
      kernel.bytes.set(picture.data.subarray(firstRow * length, endRow * length), source);
    } else source = sourceAt + firstRow * length;
    for (let y = top; y < end; y++) {
      const { first, weights } = rows[y]!;
      kernel.bytes.set(weights, at + weightsOffset);
      kernel.weighRows(
        source + (first - firstRow) * length,
        length,
        at + weightsOffset,
        weights.length,
        at + rowOffset,
      );
      kernel.weighColumns(
        at + rowOffset,
        at,
        width,
        groups,
        at + outOffset + (y - top) * width * 3,
      );
    }
    const out = at + outOffset;
    data.set(kernel.bytes.subarray(out, out + (end - top) * width * 3), top * width * 3);
  }
  return { data, width, height };
}

function aligned(size: number): number {
  return Math.ceil(size / 16) * 16;
}

/** The table that `weighColumns` reads. */
function writeColumns(
  { bytes }: Kernel,
  at: number,
  columns: readonly Share[],
  groups: number,
): void {
  const view = new DataView(bytes.buffer);
  const columnBytes = 4 + 16 * groups;
  for (let x = 0; x < columns.length + 3; x++) {
    const { first, weights } = columns[Math.min(x, columns.length - 1)]!;
    const column = at + x * columnBytes;
    view.setInt32(column, first * 3, true);
    bytes.fill(0, column + 4, column + columnBytes);
    for (const [index, weight] of weights.entries()) {
      const pair = column + 4 + (index >> 2) * 16 + (index & 2) * 4 + (index & 1);
      for (let channel = 0; channel < 3; channel++) bytes[pair + channel * 2] = weight;
    }
  }
}

/** Of a row of `from` pixels that becomes one of `to`; beyond its ends the outermost pixels repeat. */
function shares(from: number, to: number): Share[] {
  const ratio = from / to;
  const reach = Math.max(1, ratio);
  return Array.from({ length: to }, (_, index): Share => {
    const center = (index + 0.5) * ratio - 0.5;
    const within = (at: number): number => Math.min(from - 1, Math.max(0, at));
    const lowest = Math.floor(center - reach) + 1;
    const highest = Math.ceil(center + reach) - 1;
    const first = within(lowest);
    const exact = new Array<number>(within(highest) - first + 1).fill(0);
    for (let at = lowest; at <= highest; at++)
      exact[within(at) - first]! += 1 - Math.abs(at - center) / reach;
    return { first, weights: wholeWeights(exact) };
  });
}

/** In 255ths, which fit into bytes, so rounded that they add up to one. */
function wholeWeights(exact: readonly number[]): number[] {
  const total = exact.reduce((sum, weight) => sum + weight, 0);
  let before = 0;
  let told = 0;
  return exact.map((weight) => {
    before += weight;
    const upTo = Math.round((before / total) * 255);
    const own = upTo - told;
    told = upTo;
    return own;
  });
}
