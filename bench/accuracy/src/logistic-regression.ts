/** Logistic regression of a handful of features. */
import { solve } from "./linear-system.js";

export interface LogisticModel {
  readonly weights: number[];
  readonly bias: number;
}

/**
 * Maximum likelihood with a small ridge, by Newton's method.
 * @param samples features of each sample; `positive` says which class, `weight` how much it counts.
 */
export function fitLogistic(
  samples: readonly (readonly number[])[],
  positive: readonly boolean[],
  weight: readonly number[],
): LogisticModel {
  const width = (samples[0]?.length ?? 0) + 1;
  const ridge = 1e-4;
  const beta = new Float64Array(width);
  for (let iteration = 0; iteration < 50; iteration++) {
    const gradient = new Float64Array(width);
    const hessian = Array.from({ length: width }, () => new Float64Array(width));
    samples.forEach((features, index) => {
      const x = [...features, 1];
      const logit = x.reduce((sum, value, k) => sum + value * beta[k]!, 0);
      const p = 1 / (1 + Math.exp(-logit));
      const error = weight[index]! * ((positive[index]! ? 1 : 0) - p);
      const curve = weight[index]! * p * (1 - p);
      for (let a = 0; a < width; a++) {
        gradient[a]! += error * x[a]!;
        for (let b = 0; b < width; b++) hessian[a]![b]! += curve * x[a]! * x[b]!;
      }
    });
    for (let k = 0; k < width - 1; k++) {
      gradient[k]! -= ridge * beta[k]!;
      hessian[k]![k]! += ridge;
    }
    const step = solve(hessian, gradient);
    let largest = 0;
    step.forEach((value, k) => {
      beta[k]! += value;
      largest = Math.max(largest, Math.abs(value));
    });
    if (largest < 1e-7) break;
  }
  return { weights: Array.from(beta.subarray(0, width - 1)), bias: beta[width - 1]! };
}
