/** The networks that turn an aligned face into a vector: one row each. */
import type { Affine } from "./affine.js";
import { arcFaceCrop, arcFaceSide } from "./alignment.js";

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
  /** From a crop's pixel to the picture's. */
  readonly crop: (landmarks68: Float32Array) => Affine;
}

export const embeddingNetworks = {
  fr: {
    model: "fr",
    output: "embedding",
    length: 512,
    side: arcFaceSide,
    mean: [127, 127, 127],
    scale: [1 / 128, 1 / 128, 1 / 128],
    crop: arcFaceCrop,
  },
} as const satisfies Record<string, EmbeddingNetwork>;

export type EmbeddingNetworkName = keyof typeof embeddingNetworks;
