/** The trained heads on the features of each face. */
import type { RgbPicture } from "../rgb-picture.js";
import { batches, floats, type Sessions } from "../sessions.js";
import { attributeFeatures, featureLength } from "./features.js";

/** Widths of the heads' outputs; classes are softmaxes, the others shares or values of their own. */
const outputWidths = {
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
} as const;

export type HeadName = keyof typeof outputWidths;
/** What the heads say of one face. */
export type HeadOutputs = Readonly<Record<HeadName, Float32Array>>;

const names = Object.keys(outputWidths) as HeadName[];

export async function runHeads(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
): Promise<HeadOutputs[]> {
  const features = await attributeFeatures(sessions, picture, landmarkSets);
  const results: HeadOutputs[] = [];
  for (const [first, size] of batches(features.length)) {
    const input = new Float32Array(size * featureLength);
    for (let i = 0; i < size; i++) input.set(features[first + i]!, i * featureLength);
    const outputs = await sessions.run("attributes", input, [size, featureLength]);
    for (let i = 0; i < size; i++)
      results.push(
        Object.fromEntries(
          names.map((name) => {
            const width = outputWidths[name];
            return [name, floats(outputs, name).slice(i * width, (i + 1) * width)];
          }),
        ) as Record<HeadName, Float32Array>,
      );
  }
  return results;
}
