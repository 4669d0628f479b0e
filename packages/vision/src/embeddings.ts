/** Embeddings of aligned faces. */
import type { RecognitionModelId } from "./analysis.js";
import { type EmbeddingNetwork, embeddingNetworks } from "./embedding-networks.js";
import { recognitionModels } from "./recognition-models.js";
import type { RgbPicture } from "./rgb-picture.js";
import { batches, floats, largestBatchOfLargeInputs, type Sessions } from "./sessions.js";
import { planarRgb, warpRgb } from "./warp.js";

/** One embedding a face: the unit vectors of the model's networks, one after the other. */
export async function embedFaces(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
  recognitionModel: RecognitionModelId,
): Promise<Float32Array[]> {
  const networks = recognitionModels[recognitionModel].networks.map(
    (name): EmbeddingNetwork => embeddingNetworks[name],
  );
  return embedWith(sessions, picture, landmarkSets, networks);
}

/** The same for any list of networks. */
export async function embedWith(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
  networks: readonly EmbeddingNetwork[],
): Promise<Float32Array[]> {
  const length = networks.reduce((sum, network) => sum + network.length, 0);
  const embeddings = landmarkSets.map(() => new Float32Array(length));
  let offset = 0;
  const parts = networks.map((network) => {
    const at = offset;
    offset += network.length;
    return { network, at };
  });
  await Promise.all(
    parts.flatMap(({ network, at }) =>
      batches(landmarkSets.length, sessions.lanes, largestBatchOfLargeInputs).map(([first, size]) =>
        embedBatch(
          sessions,
          picture,
          landmarkSets.slice(first, first + size),
          network,
          embeddings.slice(first, first + size).map((embedding) => embedding.subarray(at)),
        ),
      ),
    ),
  );
  return embeddings;
}

/** @param targets where each face's unit vector goes. */
async function embedBatch(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
  network: EmbeddingNetwork,
  targets: readonly Float32Array[],
): Promise<void> {
  const { side, length } = network;
  const crop = new Uint8Array(side * side * 3);
  const input = new Float32Array(landmarkSets.length * crop.length);
  landmarkSets.forEach((landmarks, i) => {
    warpRgb(picture, network.crop(landmarks), side, crop);
    planarRgb(crop, network.mean, network.scale, input, i * crop.length);
  });
  const outputs = await sessions.run(network.model, input, [landmarkSets.length, 3, side, side]);
  const vectors = floats(outputs, network.output);
  targets.forEach((target, i) => {
    const vector = vectors.subarray(i * length, (i + 1) * length);
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    const unit = norm === 0 ? 0 : 1 / norm;
    vector.forEach((value, index) => {
      target[index] = value * unit;
    });
  });
}
