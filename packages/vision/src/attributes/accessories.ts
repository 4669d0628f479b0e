import type { FaceAttributes } from "../analysis.js";
import { wearsGlasses } from "./glasses.js";
import type { HeadOutputs } from "./network.js";
import { wearsMask } from "./mask.js";
import { share } from "./rounding.js";
import { isWorn } from "./worn.js";

type Accessory = NonNullable<FaceAttributes["accessories"]>[number];

/** Those that are likelier there than not, likeliest first. */
export function accessories(heads: HeadOutputs): Accessory[] {
  const shares: [Accessory["type"], number][] = [
    ["headwear", heads.headwear[0]!],
    ["glasses", wearsGlasses(heads)],
    ["mask", wearsMask(heads)],
  ];
  return shares
    .filter(([, value]) => isWorn(value))
    .map(([type, value]) => ({ type, confidence: share(value) }))
    .sort((a, b) => b.confidence - a.confidence);
}
