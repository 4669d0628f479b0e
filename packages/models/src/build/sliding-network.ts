/** Convolutional networks that slide over pictures, rewritten so that the runtime does less for the same answers. */
import {
  attributeType,
  floatTensor,
  floatValues,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
} from "./onnx-format.js";

/** Channels that ONNX Runtime's convolutions keep side by side on processors with vectors of 512 bits. */
const block = 16;

/** The weights of a convolution as numbers: [outputs, inputs, height, width]. */
export interface Kernel {
  readonly dims: readonly [number, number, number, number];
  readonly values: Float32Array;
}

export class Constants {
  readonly #tensors: Map<string, OnnxTensor>;

  constructor(tensors: readonly OnnxTensor[]) {
    this.#tensors = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  }

  kernel(name: string): Kernel {
    const tensor = this.#of(name);
    if (tensor.dims.length !== 4) throw new TypeError(`${name} is no kernel`);
    return { dims: tensor.dims as [number, number, number, number], values: floatValues(tensor) };
  }

  vector(name: string): Float32Array {
    return floatValues(this.#of(name));
  }

  set(name: string, dims: readonly number[], values: Float32Array): void {
    this.#tensors.set(name, floatTensor(name, dims, values));
  }

  /** Those that the nodes use. */
  usedBy(nodes: readonly OnnxNode[]): OnnxTensor[] {
    const used = new Set(nodes.flatMap(({ input }) => input));
    return [...this.#tensors.values()].filter(({ name }) => used.has(name));
  }

  #of(name: string): OnnxTensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new TypeError(`${name} is no constant`);
    return tensor;
  }
}

/** For a network that was trained on transposed pictures: the same answers, transposed, for upright ones. */
export function upright(graph: OnnxGraph): OnnxGraph {
  const constants = new Constants(graph.initializer);
  for (const { opType, input } of graph.node) {
    if (opType !== "Conv") continue;
    const name = input[1]!;
    const {
      dims: [outputs, inputs, height, width],
      values,
    } = constants.kernel(name);
    const turned = new Float32Array(values.length);
    for (let plane = 0; plane < outputs * inputs; plane++)
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++)
          turned[(plane * width + column) * height + row] =
            values[(plane * height + row) * width + column]!;
    constants.set(name, [outputs, inputs, width, height], turned);
  }
  return { ...graph, initializer: constants.usedBy(graph.node) };
}

/**
 * Gives the layers between convolutions channels of zeros up to a whole number of {@link block}s: the runtime leaves its
 * blocked layout for every PRelu and pooling of another number.
 */
export function withWholeBlocks(graph: OnnxGraph): OnnxGraph {
  const constants = new Constants(graph.initializer);
  const feeding = tensorsFeedingConvolutions(graph);
  const padded = new Map<string, number>();
  for (const { opType, input, output } of graph.node) {
    const [source, weights, bias] = input as [string, string, string | undefined];
    const [result] = output as [string];
    const given = padded.get(source);
    if (opType === "Conv") {
      const { dims, values } = constants.kernel(weights);
      const channels = feeding.has(result) ? Math.ceil(dims[0] / block) * block : dims[0];
      const inputs = given ?? dims[1];
      const area = dims[2] * dims[3];
      const wider = new Float32Array(channels * inputs * area);
      for (let o = 0; o < dims[0]; o++)
        wider.set(values.subarray(o * dims[1] * area, (o + 1) * dims[1] * area), o * inputs * area);
      constants.set(weights, [channels, inputs, dims[2], dims[3]], wider);
      if (bias !== undefined)
        constants.set(bias, [channels], lengthened(constants.vector(bias), channels));
      if (channels !== dims[0]) padded.set(result, channels);
    } else if (given !== undefined) {
      if (opType === "PRelu")
        constants.set(weights, [given, 1, 1], lengthened(constants.vector(weights), given));
      else if (opType !== "MaxPool") throw new TypeError(`${opType} of padded channels`);
      padded.set(result, given);
    }
  }
  return { ...graph, initializer: constants.usedBy(graph.node) };
}

function lengthened(values: Float32Array, length: number): Float32Array {
  const longer = new Float32Array(length);
  longer.set(values);
  return longer;
}

function tensorsFeedingConvolutions(graph: OnnxGraph): Set<string> {
  const feeding = new Set<string>();
  for (const { opType, input, output } of [...graph.node].reverse())
    if (opType === "Conv" || output.some((name) => feeding.has(name))) feeding.add(input[0]!);
  return feeding;
}

/**
 * Lets the network see `byte * factor` where it was trained on `(byte - mean) * factor`: the first convolution, which
 * must not pad its input, takes the difference into its bias.
 */
export function withMeanInBias(graph: OnnxGraph, mean: number, factor: number): OnnxGraph {
  const constants = new Constants(graph.initializer);
  const first = graph.node.find(({ opType }) => opType === "Conv")!;
  const pads = first.attribute.find(({ name }) => name === "pads")?.ints ?? [];
  if (pads.some((pad) => pad !== 0)) throw new TypeError("the first convolution pads its input");
  const [, weights, bias] = first.input as [string, string, string];
  const { dims, values } = constants.kernel(weights);
  const perOutput = values.length / dims[0];
  constants.set(
    bias,
    [dims[0]],
    constants
      .vector(bias)
      .map((value, output) =>
        values
          .subarray(output * perOutput, (output + 1) * perOutput)
          .reduce((sum, weight) => sum - weight * mean * factor, value),
      ),
  );
  return { ...graph, initializer: constants.usedBy(graph.node) };
}

/** The convolution, by the name of what it computes or of what is only reordered from it. */
export function convolutionBehind(graph: OnnxGraph, name: string): OnnxNode {
  const node = graph.node.find(({ output }) => output.includes(name));
  if (node === undefined) throw new TypeError(`nothing computes ${name}`);
  return node.opType === "Conv" ? node : convolutionBehind(graph, node.input[0]!);
}

/** A 1x1 convolution. */
export function pointwise(name: string, input: string, weights: string, bias: string): OnnxNode {
  return {
    opType: "Conv",
    name,
    input: [input, weights, bias],
    output: [name],
    attribute: [{ name: "kernel_shape", type: attributeType.ints, ints: [1, 1] }],
  };
}
