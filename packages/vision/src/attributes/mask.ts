import type { FaceAttributes } from "../analysis.js";
import type { HeadOutputs } from "./heads.js";
import { largest } from "./rounding.js";

const classes = ["noMask", "faceMask", "otherMaskOrOcclusion"] as const;
/** Below this share no kind is likely enough to be named. */
const certain = 0.5;

export function mask(heads: HeadOutputs): NonNullable<FaceAttributes["mask"]> {
  const best = largest(heads.mask);
  const type = heads.mask[best]! < certain ? "uncertain" : classes[best]!;
  // Without anything over the face there is nothing that covers it.
  return { type, noseAndMouthCovered: type !== "noMask" && heads.covered[0]! >= 0.5 };
}

/** That a mask is worn, 0..1. */
export function wearsMask(heads: HeadOutputs): number {
  return heads.mask[1]!;
}
