/** Blur and noise on the contract's scales. Values 0..1, levels of the contract's bands. */
import type { FaceAttributes } from "../analysis.js";
import type { PixelStatistics } from "./pixel-statistics.js";
import { share } from "./rounding.js";

type Value<Name extends keyof FaceAttributes> = NonNullable<FaceAttributes[Name]>;

/** Linear between the points (x ascending), constant outside them. */
function piecewise(x: number, points: readonly (readonly [number, number])[]): number {
  const next = points.findIndex(([at]) => x < at);
  if (next === 0) return points[0]![1];
  if (next === -1) return points.at(-1)![1];
  const [x0, y0] = points[next - 1]!;
  const [x1, y1] = points[next]!;
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}

/**
 * Medians over portraits that were blurred by a known amount: a Gaussian of 1.2 pixels of a 128-pixel face is where
 * "medium" begins, one of 2.3 where "high" does. Of 500 natural portraits of the part that trains, none reaches the
 * first.
 */
const blurScale = [
  [0.41, 0],
  [0.6, 0.25],
  [0.75, 0.75],
  [0.88, 1],
] as const;

/** Grey levels: noise of about 6.5 levels in each channel begins "medium", of 20 "high". */
const noiseScale = [
  [0.8, 0],
  [4, 0.3],
  [12, 0.7],
  [25, 1],
] as const;

/** Blur on the contract's scale, 0 sharp to 1. */
export function blur({ blurEffect }: PixelStatistics): Value<"blur"> {
  const value = share(piecewise(blurEffect, blurScale));
  return { blurLevel: value < 0.25 ? "low" : value < 0.75 ? "medium" : "high", value };
}

/** Noise on the contract's scale, 0 clean to 1. */
export function noise({ noiseDeviation }: PixelStatistics): Value<"noise"> {
  const value = share(piecewise(noiseDeviation, noiseScale));
  return { noiseLevel: value < 0.3 ? "low" : value < 0.7 ? "medium" : "high", value };
}
