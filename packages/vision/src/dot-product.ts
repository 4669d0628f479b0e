/** Sum of the products of numbers at the same places; of what is longer, the rest is not read. */
export function dotProduct(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const length = Math.min(a.length, b.length);
  let sum = 0;
  for (let k = 0; k < length; k++) sum += a[k]! * b[k]!;
  return sum;
}
