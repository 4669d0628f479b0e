import type { FaceAttributes } from "../analysis.js";
import type { HeadOutputs } from "./network.js";
import { largest } from "./rounding.js";

const classes = ["noGlasses", "readingGlasses", "sunglasses", "swimmingGoggles"] as const;

/** The likeliest kind. */
export function glasses(heads: HeadOutputs): NonNullable<FaceAttributes["glasses"]> {
  return classes[largest(heads.glasses)]!;
}

/** That the face wears any, 0..1. */
export function wearsGlasses(heads: HeadOutputs): number {
  return 1 - heads.glasses[0]!;
}
