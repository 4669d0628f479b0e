/** Heads of the retired attributes on what a frozen network sees: worked out only where one of them is asked for. */
import { frameCrop } from "../alignment.js";
import type { RgbPicture } from "../rgb-picture.js";
import { batches, floats, type Sessions } from "../sessions.js";
import { planarRgb, warpRgb } from "../warp.js";
import { outputsByFace } from "./head-outputs.js";
import type { HeadName } from "./network.js";

const inputSide = 224;
const frames = 1.4;
/** Outputs of the frozen network that are read, in order. */
const features = [
  ["embedding", 1024],
  ["features", 256],
] as const;
const featureLength = 1024 + 256;

const outputWidths = {
  age: 1,
  smile: 1,
  moustache: 1,
  beard: 1,
  sideburns: 1,
  bald: 1,
  hairColor: 8,
} as const satisfies Partial<Record<HeadName, number>>;

type RetiredName = keyof typeof outputWidths;
/** On the scales of the attribute network's outputs of the same names. */
export type RetiredOutputs = Readonly<Record<RetiredName, Float32Array>>;

export async function runRetiredHeads(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
): Promise<RetiredOutputs[]> {
  const results: RetiredOutputs[] = [];
  const crop = new Uint8Array(inputSide * inputSide * 3);
  for (const [first, size] of batches(landmarkSets.length)) {
    const input = new Float32Array(size * crop.length);
    for (let i = 0; i < size; i++) {
      const map = frameCrop(landmarkSets[first + i]!, frames, inputSide);
      warpRgb(picture, map, inputSide, crop);
      planarRgb(crop, [0, 0, 0], [1, 1, 1], input, i * crop.length);
    }
    const seen = await sessions.run("faceres", input, [size, 3, inputSide, inputSide]);
    const vectors = new Float32Array(size * featureLength);
    let offset = 0;
    for (const [name, length] of features) {
      const values = floats(seen, name);
      for (let i = 0; i < size; i++)
        vectors.set(values.subarray(i * length, (i + 1) * length), i * featureLength + offset);
      offset += length;
    }
    const outputs = await sessions.run("attributes-retired", vectors, [size, featureLength]);
    results.push(...outputsByFace(outputs, outputWidths, size));
  }
  return results;
}
