/** Embeddings of aligned faces. */
import type { RecognitionModelId } from "./analysis.js";
import { dotProduct } from "./dot-product.js";
import { type EmbeddingNetwork, embeddingNetworks } from "./embedding-networks.js";
import { faceTraits } from "./face-traits.js";
import { faintnessOf, recognitionModels } from "./recognition-models.js";
import type { RgbPicture } from "./rgb-picture.js";
import { batches, floats, type Sessions } from "./sessions.js";
import { planarRgb, warpRgb } from "./warp.js";

/** One embedding a face: the unit vectors of the model's networks, one after the other, and how faintly it was seen. */
export async function embedFaces(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
  recognitionModel: RecognitionModelId,
): Promise<Float32Array[]> {
  const networks = recognitionModels[recognitionModel].networks.map(
    (name): EmbeddingNetwork => embeddingNetworks[name],
  );
  const faces = await embedWith(sessions, picture, landmarkSets, networks);
  return faces.map((face) => embeddingOf(recognitionModel, face));
}

/** The embedding of a recognition model. @param face what the model's networks say of it, in their order. */
export function embeddingOf(
  recognitionModel: RecognitionModelId,
  { vectors, lengths }: EmbeddedFace,
): Float32Array {
  const { networks, telling, faintness } = recognitionModels[recognitionModel];
  const embedding = new Float32Array(vectors.length + (faintness === undefined ? 0 : 1));
  embedding.set(vectors);
  let offset = 0;
  const parts = networks.map((name) => {
    const vector = embedding.subarray(offset, offset + embeddingNetworks[name].length);
    offset += vector.length;
    return { name, vector };
  });
  const told = parts.find(({ name }) => name === telling)!.vector;
  const strengths = faceTraits.map((trait) => trait.strengthOf(told, telling));
  for (const { name, vector } of parts)
    for (const [index, trait] of faceTraits.entries()) trait.take(vector, name, strengths[index]!);
  if (faintness !== undefined)
    embedding[offset] = faintnessOf(lengths[networks.indexOf(faintness.network)]!, faintness);
  return embedding;
}

/** What networks say of a face. */
export interface EmbeddedFace {
  /** Their unit vectors, one after the other. */
  readonly vectors: Float32Array;
  /** Of each network's vector before it was made a unit one. */
  readonly lengths: Float32Array;
}

/** The same for any list of networks. */
export async function embedWith(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
  networks: readonly EmbeddingNetwork[],
): Promise<EmbeddedFace[]> {
  const length = networks.reduce((sum, network) => sum + network.length, 0);
  const faces = landmarkSets.map((): EmbeddedFace => ({
    vectors: new Float32Array(length),
    lengths: new Float32Array(networks.length),
  }));
  let offset = 0;
  const parts = networks.map((network, index) => {
    const at = offset;
    offset += network.length;
    return { network, index, at };
  });
  const crops = new AlignedCrops(picture, landmarkSets);
  await Promise.all(
    parts.flatMap(({ network, index, at }) =>
      batches(landmarkSets.length, sessions.lanes, network.mostAtOnce).map(([first, size]) =>
        embedBatch(
          sessions,
          crops.of(network).slice(first, first + size),
          network,
          faces.slice(first, first + size).map(({ vectors, lengths }) => ({
            vector: vectors.subarray(at),
            lengths,
            index,
          })),
        ),
      ),
    ),
  );
  return faces;
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

/** Where what a network says of a face goes. */
interface Target {
  readonly vector: Float32Array;
  readonly lengths: Float32Array;
  /** Of the network among the lengths. */
  readonly index: number;
}

/** @param targets one a face. */
async function embedBatch(
  sessions: Sessions,
  crops: readonly Uint8Array[],
  network: EmbeddingNetwork,
  targets: readonly Target[],
): Promise<void> {
  const { side, length } = network;
  const values = side * side * 3;
  const input = new Float32Array(crops.length * values);
  crops.forEach((crop, i) => planarRgb(crop, network.mean, network.scale, input, i * values));
  const outputs = await sessions.run(network.model, input, [crops.length, 3, side, side]);
  const vectors = floats(outputs, network.output);
  for (const [i, { vector, lengths, index }] of targets.entries())
    lengths[index] = writeUnit(vectors.subarray(i * length, (i + 1) * length), vector);
}

/** Writes the unit vector of the same direction; nothing has none. @returns the vector's length. */
function writeUnit(vector: Float32Array, target: Float32Array): number {
  const length = Math.sqrt(dotProduct(vector, vector));
  const unit = length === 0 ? 0 : 1 / length;
  for (let index = 0; index < vector.length; index++) target[index] = vector[index]! * unit;
  return length;
}
