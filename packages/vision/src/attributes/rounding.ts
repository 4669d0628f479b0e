/**
 * A share as it travels: 0..1, two decimals. Levels are taken of it after the rounding, so that a client which bands the
 * value itself agrees.
 */
export function share(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 100) / 100;
}

/** Index of the largest value. */
export function largest(values: Float32Array): number {
  return values.reduce((best, value, index) => (value > values[best]! ? index : best), 0);
}
