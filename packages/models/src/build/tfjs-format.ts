/** Reads TensorFlow.js graph models: `model.json` with its weight files. */
import { halfFloats } from "./half-float.js";
import type { Weights } from "./channels-last-graph.js";

interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: {
    readonly dtype: string;
    readonly scale?: number;
    readonly min?: number;
  };
}

/** `weights_manifest.json`, or the part of `model.json` that is one. */
export type WeightsManifest = readonly {
  readonly paths: readonly string[];
  readonly weights: readonly ManifestWeight[];
}[];

export interface TfjsNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, TfjsAttribute>>;
}

interface TfjsAttribute {
  readonly s?: string;
  readonly b?: boolean;
  readonly list?: { readonly i?: readonly string[]; readonly s?: readonly string[] };
  readonly shape?: { readonly dim: readonly { readonly size: string }[] };
}

export interface TfjsModel {
  readonly nodes: ReadonlyMap<string, TfjsNode>;
  readonly weights: ReadonlyMap<string, Weights>;
}

const widths: Readonly<Record<string, number>> = { float32: 4, int32: 4, float16: 2, uint8: 1 };

/** Decodes every weight, undoing float16 and uint8 quantisation. @param data all weight files, one after the other. */
export function readWeights(manifest: WeightsManifest, data: Uint8Array): Map<string, Weights> {
  const weights = new Map<string, Weights>();
  let offset = 0;
  for (const { name, shape, dtype, quantization } of manifest.flatMap((group) => group.weights)) {
    const stored = quantization?.dtype ?? dtype;
    const count = shape.reduce((product, side) => product * side, 1);
    const width = widths[stored];
    if (width === undefined) throw new TypeError(`weight ${name} is stored as ${stored}`);
    // A copy: a Buffer's own slice would share memory and so keep an offset that floats cannot start at.
    const bytes = Uint8Array.from(data.subarray(offset, offset + count * width));
    offset += bytes.byteLength;
    weights.set(name, { shape, values: decoded(bytes, stored, quantization) });
  }
  return weights;
}

function decoded(
  bytes: Uint8Array,
  stored: string,
  quantization: ManifestWeight["quantization"],
): Float32Array {
  if (stored === "float16") return halfFloats(bytes);
  if (stored === "int32") return Float32Array.from(new Int32Array(bytes.buffer));
  if (stored === "float32") return new Float32Array(bytes.buffer);
  const { scale = 1, min = 0 } = quantization ?? {};
  return Float32Array.from(bytes, (value) => value * scale + min);
}

export function readTfjs(modelJson: Uint8Array, data: Uint8Array): TfjsModel {
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(modelJson)) as {
    modelTopology: { node: TfjsNode[] };
    weightsManifest: WeightsManifest;
  };
  return {
    nodes: new Map(modelTopology.node.map((node) => [node.name, node])),
    weights: readWeights(weightsManifest, data),
  };
}

/** A text attribute; the format keeps it in base64. */
export function textOf(attribute: TfjsAttribute | undefined): string {
  return Buffer.from(attribute?.s ?? "", "base64").toString();
}

export function textsOf(attribute: TfjsAttribute | undefined): string[] {
  return (attribute?.list?.s ?? []).map((text) => Buffer.from(text, "base64").toString());
}

export function integersOf(attribute: TfjsAttribute | undefined): number[] {
  return (attribute?.list?.i ?? []).map(Number);
}
