/** Heads of the retired attributes on a recognition network's layers: worked out only where one of them is asked for. */
import type { RgbPicture } from "../rgb-picture.js";
import type { Sessions } from "../sessions.js";
import { outputsByFace } from "./head-outputs.js";
import { headWidths } from "./network.js";
import { retiredFeatureLength, retiredFeatures } from "./retired-features.js";

const { age, smile, moustache, beard, sideburns, bald, hairColor } = headWidths;
const outputWidths = { age, smile, moustache, beard, sideburns, bald, hairColor };

type RetiredName = keyof typeof outputWidths;
/** On the scales of the attribute network's outputs of the same names. */
export type RetiredOutputs = Readonly<Record<RetiredName, Float32Array>>;

/** The outputs for each set of 68 landmarks, in their order. */
export async function runRetiredHeads(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
): Promise<RetiredOutputs[]> {
  const results: RetiredOutputs[] = [];
  for await (const { size, vectors } of retiredFeatures(sessions, picture, landmarkSets)) {
    const outputs = await sessions.run("attributes-retired", vectors, [size, retiredFeatureLength]);
    results.push(...outputsByFace(outputs, outputWidths, size));
  }
  return results;
}
