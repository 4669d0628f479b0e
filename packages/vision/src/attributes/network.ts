/** The attribute network on an aligned crop of each face. */
import type { Affine } from "../affine.js";
import { frameCrop } from "../alignment.js";
import type { RgbPicture } from "../rgb-picture.js";
import { batches, type Sessions } from "../sessions.js";
import { planarRgb, warpRgb } from "../warp.js";
import { outputsByFace } from "./head-outputs.js";

/** Side of the crop that the network sees, pixels. */
export const attributeSide = 128;
/** How many ArcFace frames the crop shows: the face with hat, hair and beard around it. */
const frames = 1.5;

/** From a pixel of the network's crop to one of the picture. */
export function attributeCrop(landmarks68: Float32Array): Affine {
  return frameCrop(landmarks68, frames, attributeSide);
}

/** Widths of the outputs; classes are softmaxes, the others shares or values of their own. */
export const headWidths = {
  /** noGlasses, readingGlasses, sunglasses, swimmingGoggles. */
  glasses: 4,
  /** noMask, faceMask, otherMaskOrOcclusion. */
  mask: 3,
  /** That nose and mouth are both covered. */
  covered: 1,
  headwear: 1,
  forehead: 1,
  eye: 1,
  mouth: 1,
  /** (years - 30) / 20. */
  age: 1,
  smile: 1,
  moustache: 1,
  beard: 1,
  sideburns: 1,
  bald: 1,
  /** unknown, white, gray, blond, brown, red, black, other. */
  hairColor: 8,
  /** Mean cosine that recognition may expect with another picture of the same person. */
  kept: 1,
} as const;

/** Names of the network's outputs. */
export type HeadName = keyof typeof headWidths;
/** What the network says of one face. */
export type HeadOutputs = Readonly<Record<HeadName, Float32Array>>;

/** The outputs for each set of 68 landmarks, in their order. */
export async function runHeads(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
): Promise<HeadOutputs[]> {
  const results: HeadOutputs[] = [];
  const crop = new Uint8Array(attributeSide * attributeSide * 3);
  for (const [first, size] of batches(landmarkSets.length)) {
    const input = new Float32Array(size * crop.length);
    for (let i = 0; i < size; i++) {
      warpRgb(picture, attributeCrop(landmarkSets[first + i]!), attributeSide, crop);
      planarRgb(crop, [0, 0, 0], [1, 1, 1], input, i * crop.length);
    }
    const shape = [size, 3, attributeSide, attributeSide];
    const outputs = await sessions.run("attributes", input, shape);
    results.push(...outputsByFace(outputs, headWidths, size));
  }
  return results;
}
