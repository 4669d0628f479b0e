/** What the heads of the retired attributes are told of a face: a recognition network's layers, and tones around it. */
import { frameCrop } from "../alignment.js";
import { embeddingNetworks } from "../embedding-networks.js";
import type { RgbPicture } from "../rgb-picture.js";
import { batches, floats, type Sessions } from "../sessions.js";
import { planarRgb, warpRgb } from "../warp.js";
import { cellTones, toneLength } from "./tones.js";

/** It was trained to tell people apart, by beards, hair and age too: its early layers see what its last one forgets. */
const network = embeddingNetworks.mfn;
/** Outputs of the network that are read, in order. */
const outputs = [
  [network.output, network.length],
  ["cells", 5888],
] as const;
const seenLength = outputs.reduce((sum, [, length]) => sum + length, 0);
/** Values for each face. */
export const retiredFeatureLength = seenLength + toneLength;

/** The crop whose tones are told, with the hair around the face: ArcFace frames and pixels. */
const tones = { frames: 1.4, side: 64 };

/** Faces whose features are computed together. */
export interface FeatureBatch {
  readonly size: number;
  /** {@link retiredFeatureLength} values a face: what the network sees, then tones. */
  readonly vectors: Float32Array;
}

/** The features of all faces in their order, by batches. */
export async function* retiredFeatures(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
): AsyncGenerator<FeatureBatch> {
  const { side, mean, scale } = network;
  const crop = new Uint8Array(side * side * 3);
  const wide = new Uint8Array(tones.side * tones.side * 3);
  for (const [first, size] of batches(landmarkSets.length, 1, network.mostAtOnce)) {
    const input = new Float32Array(size * crop.length);
    const vectors = new Float32Array(size * retiredFeatureLength);
    for (let i = 0; i < size; i++) {
      const landmarks = landmarkSets[first + i]!;
      warpRgb(picture, network.crop(landmarks), side, crop);
      planarRgb(crop, mean, scale, input, i * crop.length);
      warpRgb(picture, frameCrop(landmarks, tones.frames, tones.side), tones.side, wide);
      vectors.set(cellTones(wide, tones.side), i * retiredFeatureLength + seenLength);
    }
    const seen = await sessions.run(network.model, input, [size, 3, side, side]);
    let offset = 0;
    for (const [name, length] of outputs) {
      const values = floats(seen, name);
      for (let i = 0; i < size; i++)
        vectors.set(
          values.subarray(i * length, (i + 1) * length),
          i * retiredFeatureLength + offset,
        );
      offset += length;
    }
    yield { size, vectors };
  }
}
