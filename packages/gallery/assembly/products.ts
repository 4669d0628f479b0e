/**
 * AssemblyScript: all pairwise dot products with vector instructions. `npm run build` makes `dist/products.wasm` of it;
 * `src/pairwise.test.ts` holds it to the plain sum.
 */

function total(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

function sum(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(a, f32x4.mul(b, c));
}

/** Vectors that stay in the cache while all others pass by. */
const block: i32 = 64;

/**
 * @param vectors `count` rows of `length` floats; `length` and `count` are multiples of 4
 * @param out count * count floats, of which row r holds columns from r rounded down to 4 on
 */
export function products(vectors: usize, count: i32, length: i32, out: usize): void {
  const row = usize(length) << 2;
  const end = row;
  for (let first = 0; first < count; first += block) {
    const last = min(first + block, count);
    for (let i = 0; i < last; i += 4) {
      const a = vectors + usize(i) * row;
      for (let j = max(first, i); j < last; j += 2) {
        const b = vectors + usize(j) * row;
        let s00 = f32x4.splat(0);
        let s01 = f32x4.splat(0);
        let s10 = f32x4.splat(0);
        let s11 = f32x4.splat(0);
        let s20 = f32x4.splat(0);
        let s21 = f32x4.splat(0);
        let s30 = f32x4.splat(0);
        let s31 = f32x4.splat(0);
        for (let k: usize = 0; k < end; k += 16) {
          const x = v128.load(b + k);
          const y = v128.load(b + row + k);
          const p = v128.load(a + k);
          s00 = sum(s00, p, x);
          s01 = sum(s01, p, y);
          const q = v128.load(a + row + k);
          s10 = sum(s10, q, x);
          s11 = sum(s11, q, y);
          const r = v128.load(a + 2 * row + k);
          s20 = sum(s20, r, x);
          s21 = sum(s21, r, y);
          const s = v128.load(a + 3 * row + k);
          s30 = sum(s30, s, x);
          s31 = sum(s31, s, y);
        }
        let at = out + ((usize(i) * usize(count) + usize(j)) << 2);
        const down = usize(count) << 2;
        store<f32>(at, total(s00));
        store<f32>(at, total(s01), 4);
        at += down;
        store<f32>(at, total(s10));
        store<f32>(at, total(s11), 4);
        at += down;
        store<f32>(at, total(s20));
        store<f32>(at, total(s21), 4);
        at += down;
        store<f32>(at, total(s30));
        store<f32>(at, total(s31), 4);
      }
    }
  }
}
