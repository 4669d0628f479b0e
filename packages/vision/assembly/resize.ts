/**
 * AssemblyScript: the inner loops of `src/resized-picture.ts` with vector instructions, compiled into `dist/warp.wasm`
 * beside those of `warp.ts`.
 */

/**
 * Rows of bytes, weighed: each byte of `out` is the sum of the bytes above each other times the weights, over 255, rounded.
 * @param rows the first of `count` rows that follow each other, with sixteen more readable bytes after the last
 * @param length bytes of a row
 * @param weights `count` bytes that add up to 255
 * @param out `length` bytes, and fifteen that may be written after them
 */
export function weighRows(rows: usize, length: i32, weights: usize, count: i32, out: usize): void {
  const half = i16x8.splat(128);
  for (let x = 0; x < length; x += 16) {
    let low = half;
    let high = half;
    let at = rows + usize(x);
    for (let row = 0; row < count; row++) {
      const bytes = v128.load(at);
      const weight = v128.load8_splat(weights + usize(row));
      low = i16x8.add(low, i16x8.extmul_low_i8x16_u(bytes, weight));
      high = i16x8.add(high, i16x8.extmul_high_i8x16_u(bytes, weight));
      at += usize(length);
    }
    low = i16x8.shr_u(i16x8.add(low, i16x8.shr_u(low, 8)), 8);
    high = i16x8.shr_u(i16x8.add(high, i16x8.shr_u(high, 8)), 8);
    v128.store(out + usize(x), i8x16.narrow_i16x8_u(low, high));
  }
}

/** Exact for whole numbers of at most 65,025: v / 255, rounded. */
function over255(sums: v128): v128 {
  const value = i32x4.add(sums, i32x4.splat(128));
  return i32x4.shr_u(i32x4.add(value, i32x4.shr_u(value, 8)), 8);
}

/** One pixel of a row made shorter: its channels in three 32-bit lanes, times 255. */
function weighedPixel(row: usize, column: usize, groups: i32): v128 {
  // The channels of two neighbours side by side, each in 16 bits; places beyond the vector give zero.
  const firstPair = i8x16(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1);
  const secondPair = i8x16(6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
  let at = row + usize(load<i32>(column));
  let weights = column + 4;
  let sum = i32x4.splat(0);
  for (let group = 0; group < groups; group++) {
    const pixels = v128.load(at);
    const first = i32x4.dot_i16x8_s(i8x16.swizzle(pixels, firstPair), v128.load(weights));
    const second = i32x4.dot_i16x8_s(i8x16.swizzle(pixels, secondPair), v128.load(weights + 16));
    sum = i32x4.add(sum, i32x4.add(first, second));
    at += 12;
    weights += 32;
  }
  return sum;
}

/**
 * A row of RGB pixels at another width.
 * @param row interleaved RGB bytes, with room to read four pixels for each group beyond any column's first, and four bytes
 * @param columns for each pixel of `out`: where its first pixel is in the row, in bytes (i32), then for each group of four
 * pixels their weights a, b, c, d as sixteen numbers of 16 bits, a b a b a b 0 0 c d c d c d 0 0; all weights of a column add
 * up to 255
 * @param width pixels of `out`
 * @param out width * 3 bytes, and thirteen that may be written after them
 */
export function weighColumns(
  row: usize,
  columns: usize,
  width: i32,
  groups: i32,
  out: usize,
): void {
  const stride = usize(4 + 32 * groups);
  for (let x = 0; x < width; x += 4) {
    const a = weighedPixel(row, columns, groups);
    const b = weighedPixel(row, columns + stride, groups);
    const c = weighedPixel(row, columns + 2 * stride, groups);
    const d = weighedPixel(row, columns + 3 * stride, groups);
    const ab = i16x8.narrow_i32x4_u(over255(a), over255(b));
    const cd = i16x8.narrow_i32x4_u(over255(c), over255(d));
    const bytes = i8x16.narrow_i16x8_u(ab, cd);
    v128.store(
      out,
      i8x16.shuffle(bytes, bytes, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15),
    );
    out += 12;
    columns += 4 * stride;
  }
}
