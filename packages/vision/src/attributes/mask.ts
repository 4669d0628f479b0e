import type { FaceAttributes } from "../analysis.js";
import type { HeadOutputs } from "./network.js";
import { largest } from "./rounding.js";

const classes = ["noMask", "faceMask", "otherMaskOrOcclusion"] as const;
/** Below this share no kind is likely enough to be named. */
const certain = 0.5;
/**
 * How much more a mask counts than the network says: it learned from as many hands and scarves as masks, and masks are
 * what is worn. On validation two more masks in a hundred are found, and nine in ten hands and scarves stay what they are.
 */
const prior = [1, 2.7, 1] as const;

function shares(heads: HeadOutputs): Float32Array {
  const weighed = heads.mask.map((share, index) => share * prior[index]!);
  const total = weighed.reduce((sum, share) => sum + share, 0);
  return weighed.map((share) => share / total);
}

/** The likeliest of three classes; `uncertain` when none reaches {@link certain}. */
export function mask(heads: HeadOutputs): NonNullable<FaceAttributes["mask"]> {
  const likely = shares(heads);
  const best = largest(likely);
  const type = likely[best]! < certain ? "uncertain" : classes[best]!;
  // Without anything over the face there is nothing that covers it.
  return { type, noseAndMouthCovered: type !== "noMask" && heads.covered[0]! >= 0.5 };
}

/** That a mask is worn, 0..1. */
export function wearsMask(heads: HeadOutputs): number {
  return shares(heads)[1]!;
}
