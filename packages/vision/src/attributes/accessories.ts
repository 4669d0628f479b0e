import type { FaceAttributes } from "../analysis.js";
import { wearsGlasses } from "./glasses.js";
import type { HeadOutputs } from "./network.js";
import { wearsMask } from "./mask.js";
import { share } from "./rounding.js";

type Accessory = NonNullable<FaceAttributes["accessories"]>[number];

/** Those that are likelier there than not, likeliest first. */
export function accessories(heads: HeadOutputs): Accessory[] {
  const all: Accessory[] = [
    { type: "headwear", confidence: share(heads.headwear[0]!) },
    { type: "glasses", confidence: share(wearsGlasses(heads)) },
    { type: "mask", confidence: share(wearsMask(heads)) },
  ];
  return all
    .filter(({ confidence }) => confidence >= 0.5)
    .sort((a, b) => b.confidence - a.confidence);
}
