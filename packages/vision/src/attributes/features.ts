/** What the attribute heads see: features of a frozen network, at two crops of each face. */
import type { Affine } from "../affine.js";
import { frameCrop } from "../alignment.js";
import type { RgbPicture } from "../rgb-picture.js";
import { floats, type Sessions } from "../sessions.js";
import { planarRgb, warpRgb } from "../warp.js";

const inputSide = 224;

/** Crops by how many ArcFace frames they show: the face itself, and with hat, hair and beard around it. */
export const attributeCrops = [1.4, 2.2].map((frames) => ({
  frames,
  map: (landmarks68: Float32Array, side: number): Affine => frameCrop(landmarks68, frames, side),
}));

/** Outputs of the network that are read, in order, for each crop. */
const outputs = ["embedding", "features"] as const;
export const featureLength = attributeCrops.length * (1024 + 256);

/** One vector of `featureLength` a face: for each crop, the pooled features and those of the layer after them. */
export async function attributeFeatures(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
): Promise<Float32Array[]> {
  const crop = new Uint8Array(inputSide * inputSide * 3);
  const vectors: Float32Array[] = [];
  for (const landmarks of landmarkSets) {
    const input = new Float32Array(attributeCrops.length * crop.length);
    attributeCrops.forEach(({ map }, index) => {
      warpRgb(picture, map(landmarks, inputSide), inputSide, crop);
      planarRgb(crop, [0, 0, 0], [1, 1, 1], input, index * crop.length);
    });
    const shape = [attributeCrops.length, 3, inputSide, inputSide];
    const answer = await sessions.run("faceres", input, shape);
    const vector = new Float32Array(featureLength);
    let at = 0;
    attributeCrops.forEach((_, index) => {
      for (const name of outputs) {
        const values = floats(answer, name);
        const length = values.length / attributeCrops.length;
        vector.set(values.subarray(index * length, (index + 1) * length), at);
        at += length;
      }
    });
    vectors.push(vector);
  }
  return vectors;
}
