/** Small statistics for measurements. */

/** Share of `hits` in `trials` with its Wilson interval of 95 %. */
export interface Share {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

export function share(hits: number, trials: number): Share {
  if (trials === 0) return { rate: 0, low: 0, high: 1 };
  const z = 1.96;
  const rate = hits / trials;
  const center = (rate + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half =
    (z * Math.sqrt((rate * (1 - rate)) / trials + (z * z) / (4 * trials * trials))) /
    (1 + (z * z) / trials);
  return { rate, low: Math.max(0, center - half), high: Math.min(1, center + half) };
}

/** How many values of an ascending list are at least `bound`. */
export function countFrom(ascending: Float64Array | Float32Array, bound: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return ascending.length - low;
}

/** The value that a share `rate` of an ascending list reaches or passes. */
export function valueAtRate(ascending: Float64Array | Float32Array, rate: number): number {
  const index = Math.min(
    ascending.length - 1,
    ascending.length - Math.round(rate * ascending.length),
  );
  return ascending[index]!;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function percentile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))]!;
}

/** The same numbers in every run: 0 <= value < 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // xorshift32: Marsaglia, "Xorshift RNGs", 2003.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** The items by a key, in the order in which keys first appear. */
export function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
