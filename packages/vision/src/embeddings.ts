/** Embeddings of aligned faces. */
import type { RecognitionModelId } from "./analysis.js";
import { type EmbeddingNetwork, embeddingNetworks } from "./embedding-networks.js";
import { recognitionModels } from "./recognition-models.js";
import type { RgbPicture } from "./rgb-picture.js";
import { batches, floats, type Sessions } from "./sessions.js";
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
  for (const network of networks) {
    await embedInto(sessions, picture, landmarkSets, network, embeddings, offset);
    offset += network.length;
  }
  return embeddings;
}

async function embedInto(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
  network: EmbeddingNetwork,
  embeddings: readonly Float32Array[],
  offset: number,
): Promise<void> {
  const { side, length } = network;
  const crop = new Uint8Array(side * side * 3);
  for (const [first, size] of batches(landmarkSets.length)) {
    const input = new Float32Array(size * crop.length);
    for (let i = 0; i < size; i++) {
      warpRgb(picture, network.crop(landmarkSets[first + i]!), side, crop);
      planarRgb(crop, network.mean, network.scale, input, i * crop.length);
    }
    const outputs = await sessions.run(network.model, input, [size, 3, side, side]);
    const vectors = floats(outputs, network.output);
    for (let i = 0; i < size; i++) {
      const vector = vectors.subarray(i * length, (i + 1) * length);
      const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
      const unit = norm === 0 ? 0 : 1 / norm;
      const target = embeddings[first + i]!;
      vector.forEach((value, index) => {
        target[offset + index] = value * unit;
      });
    }
  }
}
