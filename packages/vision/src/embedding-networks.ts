/** The networks that turn an aligned face into a vector: one row each. */
import type { Affine } from "./affine.js";
import { arcFaceCrop, arcFaceSide, dlibCrop, dlibSide, wideCrop, wideSide } from "./alignment.js";

/** What one network takes and gives. Its input is a float tensor of (value - mean) * scale, channels first, R, G, B. */
export interface EmbeddingNetwork {
  /** Key of the model in `@mien/models`. */
  readonly model: string;
  readonly output: string;
  /** Length of the vector. */
  readonly length: number;
  /** Side of the aligned crop, pixels. */
  readonly side: number;
  readonly mean: readonly [number, number, number];
  readonly scale: readonly [number, number, number];
  /**
   * Faces at once. Where the layers of several do not fit into a core's own cache, one by one is faster; a network with
   * large weights reads them once for all of them: "faces in batches" of `npm run bench:changes`.
   */
  readonly mostAtOnce: number;
  /** From a crop's pixel to the picture's. */
  readonly crop: (landmarks68: Float32Array) => Affine;
}

/** The networks by their keys in `@mien/models`. */
export const embeddingNetworks = {
  faceres: {
    model: "faceres",
    output: "embedding",
    length: 1024,
    side: wideSide,
    mostAtOnce: 4,
    mean: [0, 0, 0],
    scale: [1, 1, 1],
    crop: wideCrop,
  },
  dlib: {
    model: "dlib",
    output: "embedding",
    length: 128,
    side: dlibSide,
    mostAtOnce: 4,
    mean: [122.782, 117.001, 104.298],
    scale: [1 / 255, 1 / 255, 1 / 255],
    crop: dlibCrop,
  },
  mfn: {
    model: "mfn",
    output: "embedding",
    length: 192,
    side: arcFaceSide,
    mostAtOnce: 1,
    mean: [127.5, 127.5, 127.5],
    scale: [1 / 128, 1 / 128, 1 / 128],
    crop: arcFaceCrop,
  },
  fr: {
    model: "fr",
    output: "embedding",
    length: 512,
    side: arcFaceSide,
    mostAtOnce: 1,
    mean: [127, 127, 127],
    scale: [1 / 128, 1 / 128, 1 / 128],
    crop: arcFaceCrop,
  },
} as const satisfies Record<string, EmbeddingNetwork>;

/** Keys of {@link embeddingNetworks}. */
export type EmbeddingNetworkName = keyof typeof embeddingNetworks;
