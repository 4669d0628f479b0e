import type { FaceAttributes } from "../analysis.js";
import type { HeadOutputs } from "./network.js";
import { largest } from "./rounding.js";
import { isWorn } from "./worn.js";

/** In the order of the network's classes, of which the first is none. */
const kinds = ["readingGlasses", "sunglasses", "swimmingGoggles"] as const;

/** The likeliest kind of those that are worn, if any are. */
export function glasses(heads: HeadOutputs): NonNullable<FaceAttributes["glasses"]> {
  return isWorn(wearsGlasses(heads)) ? kinds[largest(heads.glasses.subarray(1))]! : "noGlasses";
}

/** That the face wears any, 0..1. */
export function wearsGlasses(heads: HeadOutputs): number {
  return 1 - heads.glasses[0]!;
}
