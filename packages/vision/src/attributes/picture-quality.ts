/** Blur, exposure and noise on the contract's scales. Values 0..1, levels of the contract's bands. */
import type { FaceAttributes } from "../analysis.js";
import type { PixelStatistics } from "./pixel-statistics.js";

type Value<Name extends keyof FaceAttributes> = NonNullable<FaceAttributes[Name]>;

/** Rounded as the wire has it before it is banded, so that a client which bands the value itself agrees. */
function rounded(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 100) / 100;
}

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
 * Medians over portraits that were blurred by a known amount: a Gaussian of about 1.2 pixels of a 128-pixel face is
 * where "medium" begins, one of 2.7 where "high" does.
 */
const blurScale = [
  [0.4, 0],
  [0.53, 0.25],
  [0.74, 0.75],
  [0.87, 1],
] as const;

/** Grey levels: noise of about 6.5 levels in each channel begins "medium", of 20 "high". */
const noiseScale = [
  [0.8, 0],
  [4, 0.3],
  [12, 0.7],
  [25, 1],
] as const;

/** Linear in mean and spread of the luma, fitted to the service's own answers on portraits. */
export function exposure({ brightness, contrast }: PixelStatistics): Value<"exposure"> {
  const value = rounded(0.288 + 0.855 * brightness - 0.321 * contrast);
  const exposureLevel =
    value < 0.25 ? "underExposure" : value < 0.75 ? "goodExposure" : "overExposure";
  return { exposureLevel, value };
}

export function blur({ blurEffect }: PixelStatistics): Value<"blur"> {
  const value = rounded(piecewise(blurEffect, blurScale));
  return { blurLevel: value < 0.25 ? "low" : value < 0.75 ? "medium" : "high", value };
}

export function noise({ noiseDeviation }: PixelStatistics): Value<"noise"> {
  const value = rounded(piecewise(noiseDeviation, noiseScale));
  return { noiseLevel: value < 0.3 ? "low" : value < 0.7 ? "medium" : "high", value };
}
