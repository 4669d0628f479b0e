/** What the heads of the retired attributes are told of a face: two crops as a frozen network sees them, and tones. */
import { frameCrop } from "../alignment.js";
import type { RgbPicture } from "../rgb-picture.js";
import { batches, floats, largestBatchOfLargeInputs, type Sessions } from "../sessions.js";
import { planarRgb, warpRgb } from "../warp.js";
import { cellTones, toneLength } from "./tones.js";

const inputSide = 224;
/** ArcFace frames: the tight crop shows beards larger, the wide one hair; both see what the other sees. */
const frames = [1.1, 1.4] as const;
/** Outputs of the frozen network that are read, in order. */
const outputs = [
  ["embedding", 1024],
  ["features", 256],
] as const;
const seenLength = outputs.reduce((sum, [, length]) => sum + length, 0);
export const retiredFeatureLength = frames.length * seenLength + toneLength;

/** Faces whose features are computed together. */
export interface FeatureBatch {
  readonly size: number;
  /** {@link retiredFeatureLength} values a face: tight crop, wide crop, tones of the wide crop. */
  readonly vectors: Float32Array;
}

export async function* retiredFeatures(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
): AsyncGenerator<FeatureBatch> {
  const crop = new Uint8Array(inputSide * inputSide * 3);
  const most = largestBatchOfLargeInputs / frames.length;
  for (const [first, size] of batches(landmarkSets.length, 1, most)) {
    const input = new Float32Array(size * frames.length * crop.length);
    const vectors = new Float32Array(size * retiredFeatureLength);
    for (let i = 0; i < size; i++) {
      for (const [k, wide] of frames.entries()) {
        warpRgb(picture, frameCrop(landmarkSets[first + i]!, wide, inputSide), inputSide, crop);
        planarRgb(crop, [0, 0, 0], [1, 1, 1], input, (i * frames.length + k) * crop.length);
      }
      // The last crop is the widest.
      vectors.set(
        cellTones(crop, inputSide),
        i * retiredFeatureLength + frames.length * seenLength,
      );
    }
    const shape = [size * frames.length, 3, inputSide, inputSide];
    const seen = await sessions.run("faceres", input, shape);
    let offset = 0;
    for (const [name, length] of outputs) {
      const values = floats(seen, name);
      for (let at = 0; at < size * frames.length; at++)
        vectors.set(
          values.subarray(at * length, (at + 1) * length),
          Math.floor(at / frames.length) * retiredFeatureLength +
            (at % frames.length) * seenLength +
            offset,
        );
      offset += length;
    }
    yield { size, vectors };
  }
}
