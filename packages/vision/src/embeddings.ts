/** Embeddings of aligned faces. */
import type { RecognitionModelId } from "./analysis.js";
import { dotProduct } from "./dot-product.js";
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
  const parts = networks.map((network) => {
    const at = offset;
    offset += network.length;
    return { network, at };
  });
  const crops = new AlignedCrops(picture, landmarkSets);
  await Promise.all(
    parts.flatMap(({ network, at }) =>
      batches(landmarkSets.length, sessions.lanes, network.mostAtOnce).map(([first, size]) =>
        embedBatch(
          sessions,
          crops.of(network).slice(first, first + size),
          network,
          embeddings.slice(first, first + size).map((embedding) => embedding.subarray(at)),
        ),
      ),
    ),
  );
  return embeddings;
}

/** The faces as the networks see them: those that are aligned alike see the same crops. */
class AlignedCrops {
  readonly #known = new Map<EmbeddingNetwork["crop"], Uint8Array[]>();

  constructor(
    private readonly picture: RgbPicture,
    private readonly landmarkSets: readonly Float32Array[],
  ) {}

  of({ crop, side }: EmbeddingNetwork): Uint8Array[] {
    const known = this.#known.get(crop);
    if (known !== undefined) return known;
    const crops = this.landmarkSets.map((landmarks) => {
      const own = new Uint8Array(side * side * 3);
      warpRgb(this.picture, crop(landmarks), side, own);
      return own;
    });
    this.#known.set(crop, crops);
    return crops;
  }
}

/** @param targets where each face's unit vector goes. */
async function embedBatch(
  sessions: Sessions,
  crops: readonly Uint8Array[],
  network: EmbeddingNetwork,
  targets: readonly Float32Array[],
): Promise<void> {
  const { side, length } = network;
  const values = side * side * 3;
  const input = new Float32Array(crops.length * values);
  crops.forEach((crop, i) => planarRgb(crop, network.mean, network.scale, input, i * values));
  const outputs = await sessions.run(network.model, input, [crops.length, 3, side, side]);
  const vectors = floats(outputs, network.output);
  for (const [i, target] of targets.entries())
    writeUnit(vectors.subarray(i * length, (i + 1) * length), target);
}

/** The unit vector of the same direction; nothing has none. */
function writeUnit(vector: Float32Array, target: Float32Array): void {
  const squares = dotProduct(vector, vector);
  const unit = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  for (let index = 0; index < vector.length; index++) target[index] = vector[index]! * unit;
}
