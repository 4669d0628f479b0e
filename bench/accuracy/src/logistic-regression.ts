/** Logistic regression of a handful of features. */

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

/** Gauss elimination with pivots; small systems only. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / rows[column]![column]!;
      for (let k = column; k <= size; k++) rows[row]![k]! -= factor * rows[column]![k]!;
    }
  }
  return Float64Array.from(rows.map((row, index) => row[size]! / row[index]!));
}
