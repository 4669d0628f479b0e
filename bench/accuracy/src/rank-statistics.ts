/** Statistics of ranks. */
import { mean } from "./statistics.js";

/** Mann and Whitney's statistic; ties count half. */
export function areaUnderCurve(scored: readonly { score: number; positive: boolean }[]): {
  area: number;
  positives: number;
} {
  const sorted = [...scored].sort((a, b) => a.score - b.score);
  let ranks = 0;
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (end < sorted.length && sorted[end]!.score === sorted[i]!.score) end++;
    const rank = (i + end + 1) / 2;
    for (; i < end; i++) if (sorted[i]!.positive) ranks += rank;
  }
  const positives = scored.filter(({ positive }) => positive).length;
  const others = scored.length - positives;
  return { area: (ranks - (positives * (positives + 1)) / 2) / (positives * others), positives };
}

function ranksOf(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length);
  for (let i = 0; i < order.length;) {
    let end = i;
    while (end < order.length && order[end]!.value === order[i]!.value) end++;
    for (let k = i; k < end; k++) ranks[order[k]!.index] = (i + end - 1) / 2;
    i = end;
  }
  return ranks;
}

export function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const [mx, my] = [mean(x), mean(y)];
  const sum = (f: (i: number) => number): number => x.reduce((total, _, i) => total + f(i), 0);
  const covariance = sum((i) => (x[i]! - mx) * (y[i]! - my));
  const spread = Math.sqrt(sum((i) => (x[i]! - mx) ** 2) * sum((i) => (y[i]! - my) ** 2));
  return spread === 0 ? 0 : covariance / spread;
}
