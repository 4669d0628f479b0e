/**
 * AssemblyScript: the inner loop of `src/warp.ts` with vector instructions. `npm run build` makes `dist/warp.wasm` of
 * it; `src/warp.test.ts` holds it to the loop that it replaces.
 */

/** Coordinates with 32 bits behind the point: whole number arithmetic is exact and cheaper than rounding floats. */
function fixed(value: f64): i64 {
  return i64(Math.floor(value * 4294967296.0 + 0.5));
}

function bounded(value: i64, most: i64): i64 {
  const positive = select<i64>(0, value, value < 0);
  return select<i64>(most, positive, positive > most);
}

/** Two pixels that lie side by side, mixed: three 32-bit lanes, 14 bits behind the point. */
function mixed(at: usize, shares: v128): v128 {
  const zero = i32x4.splat(0);
  const pairs = i8x16.shuffle(
    v128.load64_zero(at),
    zero,
    0,
    16,
    3,
    16,
    1,
    16,
    4,
    16,
    2,
    16,
    5,
    16,
    16,
    16,
    16,
    16,
  );
  return i32x4.dot_i16x8_s(pairs, shares);
}

/** One sample: three 32-bit lanes, 21 bits behind the point. */
function sample(picture: usize, row: i32, x: i64, y: i64): v128 {
  const at = picture + usize(i32(y >> 32) * row + i32(x >> 32) * 3);
  const fx = i32((x >> 18) & 0x3fff);
  const fy = i32((y >> 18) & 0x3fff);
  const across = i32x4.splat((16384 - fx) | (fx << 16));
  const down = i32x4.splat((16384 - fy) | (fy << 16));
  // Seven bits of each sum are kept: a byte and they fit into sixteen.
  const half = i32x4.splat(64);
  const upper = i32x4.shr_u(i32x4.add(mixed(at, across), half), 7);
  const lower = i32x4.shr_u(i32x4.add(mixed(at + row, across), half), 7);
  return i32x4.dot_i16x8_s(v128.or(upper, i32x4.shl(lower, 16)), down);
}

/**
 * @param picture interleaved RGB bytes of `width` x `height`, with a row and eight more readable bytes after them:
 * neighbours beyond the border are read, and count nothing
 * @param taps at most 32: samples along each side of an output pixel
 * @param out size * size * 3 bytes, and sixteen that may be written after them
 */
export function warp(
  picture: usize,
  width: i32,
  height: i32,
  xx: f64,
  xy: f64,
  x0: f64,
  yx: f64,
  yy: f64,
  y0: f64,
  size: i32,
  taps: i32,
  out: usize,
): void {
  const right = i64(width - 1) << 32;
  const bottom = i64(height - 1) << 32;
  const row = width * 3;
  const step: f64 = 1.0 / f64(taps);
  const pixelX = fixed(xx);
  const pixelY = fixed(yx);
  for (let y = 0; y < size; y++) {
    const cornerX = fixed((xx + xy) * 0.5 * step + xy * f64(y) + x0 - 0.5);
    const cornerY = fixed((yx + yy) * 0.5 * step + yy * f64(y) + y0 - 0.5);
    if (taps > 1) {
      severalTaps(picture, row, right, bottom, cornerX, cornerY, xx, xy, yx, yy, size, taps, out);
    } else {
      const endX = cornerX + pixelX * i64(size - 1);
      const endY = cornerY + pixelY * i64(size - 1);
      const inside =
        min(cornerX, endX) >= 0 &&
        max(cornerX, endX) <= right &&
        min(cornerY, endY) >= 0 &&
        max(cornerY, endY) <= bottom;
      oneTap(picture, row, right, bottom, cornerX, cornerY, pixelX, pixelY, size, inside, out);
    }
    out += usize(size * 3);
  }
}

/** Rounded bytes of four samples, at the front of the result. */
function fourBytes(a: v128, b: v128, c: v128, d: v128): v128 {
  const half = i32x4.splat(1 << 20);
  const ab = i16x8.narrow_i32x4_s(
    i32x4.shr_u(i32x4.add(a, half), 21),
    i32x4.shr_u(i32x4.add(b, half), 21),
  );
  const cd = i16x8.narrow_i32x4_s(
    i32x4.shr_u(i32x4.add(c, half), 21),
    i32x4.shr_u(i32x4.add(d, half), 21),
  );
  const bytes = i8x16.narrow_i16x8_u(ab, cd);
  return i8x16.shuffle(bytes, bytes, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15);
}

/**
 * One sample a pixel.
 * @param inside whether every sample of the row lies within the picture. What four pixels at a time write beyond the row's end,
 * the next row overwrites.
 */
function oneTap(
  picture: usize,
  row: i32,
  right: i64,
  bottom: i64,
  x: i64,
  y: i64,
  stepX: i64,
  stepY: i64,
  size: i32,
  inside: bool,
  out: usize,
): void {
  let left = size;
  if (inside)
    for (; left >= 4; left -= 4) {
      const a = sample(picture, row, x, y);
      const b = sample(picture, row, x + stepX, y + stepY);
      const c = sample(picture, row, x + 2 * stepX, y + 2 * stepY);
      const d = sample(picture, row, x + 3 * stepX, y + 3 * stepY);
      v128.store(out, fourBytes(a, b, c, d));
      x += 4 * stepX;
      y += 4 * stepY;
      out += 12;
    }
  for (; left > 0; left--) {
    const a = sample(picture, row, bounded(x, right), bounded(y, bottom));
    v128.store(out, fourBytes(a, a, a, a));
    x += stepX;
    y += stepY;
    out += 3;
  }
}

function severalTaps(
  picture: usize,
  row: i32,
  right: i64,
  bottom: i64,
  cornerX: i64,
  cornerY: i64,
  xx: f64,
  xy: f64,
  yx: f64,
  yy: f64,
  size: i32,
  taps: i32,
  out: usize,
): void {
  const step: f64 = 1.0 / f64(taps);
  const tapX = fixed(xx * step);
  const tapY = fixed(yx * step);
  const lineX = fixed(xy * step);
  const lineY = fixed(yy * step);
  const pixelX = fixed(xx);
  const pixelY = fixed(yx);
  // Of each sample 13 bits behind the point are kept, so that the sum fits.
  const share = f32x4.splat(256.0 / f32(taps * taps));
  for (let x = 0; x < size; x++) {
    let sum = i32x4.splat(0);
    let startX = cornerX;
    let startY = cornerY;
    for (let v = 0; v < taps; v++) {
      let px = startX;
      let py = startY;
      for (let u = 0; u < taps; u++) {
        const one = sample(picture, row, bounded(px, right), bounded(py, bottom));
        sum = i32x4.add(sum, i32x4.shr_u(one, 8));
        px += tapX;
        py += tapY;
      }
      startX += lineX;
      startY += lineY;
    }
    const mean = i32x4.trunc_sat_f32x4_s(f32x4.mul(f32x4.convert_i32x4_s(sum), share));
    v128.store(out, fourBytes(mean, mean, mean, mean));
    out += 3;
    cornerX += pixelX;
    cornerY += pixelY;
  }
}

/** Of two rows of four pixels each: the sums of what lies above each other, eight 16-bit lanes of the first and last. */
function sumLow(upper: v128, lower: v128): v128 {
  return i16x8.add(i16x8.extend_low_i8x16_u(upper), i16x8.extend_low_i8x16_u(lower));
}

function sumHigh(upper: v128, lower: v128): v128 {
  return i16x8.add(i16x8.extend_high_i8x16_u(upper), i16x8.extend_high_i8x16_u(lower));
}

/**
 * The picture at half its size: means of two by two pixels, rounded; an odd last row or column is left out.
 * @param from interleaved RGB bytes of `width` x `height`, with sixteen more readable bytes after them
 * @param to (width / 2) * (height / 2) * 3 bytes, and eight that may be written after them
 */
export function halve(from: usize, width: i32, height: i32, to: usize): void {
  const columns = width >> 1;
  const rows = height >> 1;
  const two = i16x8.splat(2);
  for (let y = 0; y < rows; y++) {
    let upper = from + usize(2 * y * width * 3);
    let lower = upper + usize(width * 3);
    let at = to + usize(y * columns * 3);
    // Two pixels at a time: what the last pair of a row writes too much, the next row overwrites.
    for (let x = 0; x < columns; x += 2) {
      const a = v128.load(upper);
      const b = v128.load(lower);
      const low = sumLow(a, b);
      const high = sumHigh(a, b);
      const first = i16x8.shuffle(low, high, 0, 1, 2, 6, 7, 8, 8, 8);
      const second = i16x8.shuffle(low, high, 3, 4, 5, 9, 10, 11, 8, 8);
      const mean = i16x8.shr_u(i16x8.add(i16x8.add(first, second), two), 2);
      v128.store64_lane(at, i8x16.narrow_i16x8_u(mean, mean), 0);
      upper += 12;
      lower += 12;
      at += 6;
    }
  }
}

/** One channel of four interleaved RGB pixels as floats. */
function channel0(pixels: v128): v128 {
  const zero = i32x4.splat(0);
  return f32x4.convert_i32x4_u(
    i8x16.shuffle(pixels, zero, 0, 16, 16, 16, 3, 16, 16, 16, 6, 16, 16, 16, 9, 16, 16, 16),
  );
}

function channel1(pixels: v128): v128 {
  const zero = i32x4.splat(0);
  return f32x4.convert_i32x4_u(
    i8x16.shuffle(pixels, zero, 1, 16, 16, 16, 4, 16, 16, 16, 7, 16, 16, 16, 10, 16, 16, 16),
  );
}

function channel2(pixels: v128): v128 {
  const zero = i32x4.splat(0);
  return f32x4.convert_i32x4_u(
    i8x16.shuffle(pixels, zero, 2, 16, 16, 16, 5, 16, 16, 16, 8, 16, 16, 16, 11, 16, 16, 16),
  );
}

/**
 * (value - mean) * factor of each channel, plane by plane.
 * @param crop interleaved RGB bytes, with four more readable bytes after them
 * @param pixels a multiple of four
 * @param out three planes of `pixels` floats
 */
export function planar(
  crop: usize,
  pixels: i32,
  mean0: f32,
  mean1: f32,
  mean2: f32,
  factor0: f32,
  factor1: f32,
  factor2: f32,
  out: usize,
): void {
  const plane = usize(pixels) << 2;
  const m0 = f32x4.splat(mean0);
  const m1 = f32x4.splat(mean1);
  const m2 = f32x4.splat(mean2);
  const f0 = f32x4.splat(factor0);
  const f1 = f32x4.splat(factor1);
  const f2 = f32x4.splat(factor2);
  for (let i = 0; i < pixels; i += 4) {
    const four = v128.load(crop);
    v128.store(out, f32x4.mul(f32x4.sub(channel0(four), m0), f0));
    v128.store(out + plane, f32x4.mul(f32x4.sub(channel1(four), m1), f1));
    v128.store(out + 2 * plane, f32x4.mul(f32x4.sub(channel2(four), m2), f2));
    crop += 12;
    out += 16;
  }
}

/**
 * The weighted sum of each pixel's channels.
 * @param crop as for {@link planar}
 * @param out `pixels` floats
 */
export function weighted(
  crop: usize,
  pixels: i32,
  red: f32,
  green: f32,
  blue: f32,
  out: usize,
): void {
  const r = f32x4.splat(red);
  const g = f32x4.splat(green);
  const b = f32x4.splat(blue);
  for (let i = 0; i < pixels; i += 4) {
    const four = v128.load(crop);
    const sum = f32x4.add(f32x4.mul(channel0(four), r), f32x4.mul(channel1(four), g));
    v128.store(out, f32x4.add(sum, f32x4.mul(channel2(four), b)));
    crop += 12;
    out += 16;
  }
}
