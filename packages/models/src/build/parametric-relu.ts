/** Leaky units with a slope for each channel, written as operators that the runtime has fast kernels for. */
import {
  attributeType,
  floatTensor,
  floatValues,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
} from "./onnx-format.js";

/**
 * Replaces every PRelu over channels of an image by `slope * x + relu((1 - slope) * x)`. ONNX Runtime's PRelu handles one
 * number after the other, and leaves the blocked layout that the convolutions around it work in; depthwise 1x1
 * convolutions stay in it, and take the relu and the sum in with them: two passes over the image. Networks with many
 * PRelu run two to three times faster: `npm run bench:changes`.
 *
 * Where a slope is above 1 the unit bends down, and no sum of a relu and a line does: its channel comes out negated and
 * the convolutions that read it negate their weights for it. Where something else reads it as well, the unit is
 * `relu(x) - slope * relu(-x)`, which takes three passes.
 */
export function withoutParametricRelu(graph: OnnxGraph): OnnxGraph {
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const readers = readersOf(graph);
  const node = graph.node.flatMap((own, index): OnnxNode[] => {
    const slope = own.opType === "PRelu" ? constants.get(own.input[1]!) : undefined;
    const slopes = slope === undefined ? undefined : channelSlopes(slope);
    if (slopes === undefined) return [own];
    const unit = new UnitWriter(`prelu${index}`, slopes.length, constants);
    const [input] = own.input as [string];
    const [output] = own.output as [string];
    const bendsDown = slopes.map((value) => (value > 1 ? -1 : 1));
    if (bendsDown.every((sign) => sign === 1)) return unit.ofTwoPasses(input, output, slopes);
    const convolutions = readers.get(output) ?? [];
    if (!convolutions.every((reader) => canNegate(reader, output, slopes.length)))
      return unit.ofThreePasses(input, output, slopes);
    for (const { input: read } of convolutions) {
      const weights = constants.get(read[1]!)!;
      constants.set(weights.name, negated(weights, bendsDown));
    }
    return unit.ofTwoPasses(input, output, slopes, bendsDown);
  });

  /** A convolution whose weights nobody else reads, over all channels or over each for itself. */
  function canNegate(reader: OnnxNode, output: string, channels: number): boolean {
    const [data, weights = "", bias] = reader.input;
    const group = reader.attribute.find(({ name }) => name === "group")?.i ?? 1;
    return (
      reader.opType === "Conv" &&
      data === output &&
      bias !== output &&
      constants.has(weights) &&
      readers.get(weights)?.length === 1 &&
      (group === 1 || group === channels)
    );
  }

  const used = new Set(node.flatMap(({ input }) => input));
  return {
    ...graph,
    node,
    initializer: [...constants.values()].filter(({ name }) => used.has(name)),
  };
}

/** Who reads each value; the graph's own outputs are read by someone who is no node. */
function readersOf(graph: OnnxGraph): Map<string, OnnxNode[]> {
  const readers = new Map<string, OnnxNode[]>();
  const add = (value: string, reader: OnnxNode): void =>
    void readers.set(value, [...(readers.get(value) ?? []), reader]);
  for (const node of graph.node) for (const value of node.input) add(value, node);
  for (const { name } of graph.output)
    add(name, { opType: "", name: "", input: [name], output: [], attribute: [] });
  return readers;
}

/** Writes one unit; its weights go among the constants. */
class UnitWriter {
  constructor(
    private readonly name: string,
    private readonly channels: number,
    private readonly constants: Map<string, OnnxTensor>,
  ) {}

  /** `sign * (slope * x + (1 - slope) * relu(x))`; the second factor must not be negative. */
  ofTwoPasses(
    input: string,
    output: string,
    slopes: Float32Array,
    signs = slopes.map(() => 1),
  ): OnnxNode[] {
    const bend = slopes.map((slope, channel) => signs[channel]! * (1 - slope));
    const line = slopes.map((slope, channel) => signs[channel]! * slope);
    return [
      this.#scaled(input, "bend", bend),
      this.#plain("Relu", [`${this.name}.bend`], `${this.name}.positive`),
      this.#scaled(input, "line", line),
      this.#plain("Add", [`${this.name}.positive`, `${this.name}.line`], output),
    ];
  }

  ofThreePasses(input: string, output: string, slopes: Float32Array): OnnxNode[] {
    return [
      this.#plain("Relu", [input], `${this.name}.positive`),
      this.#scaled(input, "negated", new Float32Array(this.channels).fill(-1)),
      this.#plain("Relu", [`${this.name}.negated`], `${this.name}.negative`),
      this.#scaled(
        `${this.name}.negative`,
        "leak",
        slopes.map((slope) => -slope),
      ),
      this.#plain("Add", [`${this.name}.positive`, `${this.name}.leak`], output),
    ];
  }

  /** Each channel times its factor. */
  #scaled(input: string, part: string, factors: Float32Array): OnnxNode {
    const output = `${this.name}.${part}`;
    const weights = floatTensor(`${output}.factors`, [this.channels, 1, 1, 1], factors);
    this.constants.set(weights.name, weights);
    return {
      opType: "Conv",
      name: output,
      input: [input, weights.name],
      output: [output],
      attribute: [{ name: "group", type: attributeType.int, i: this.channels }],
    };
  }

  #plain(opType: string, input: string[], output: string): OnnxNode {
    return { opType, name: output, input, output: [output], attribute: [] };
  }
}

/** Weights of a convolution, each times the sign of the channel that it reads. */
function negated(weights: OnnxTensor, signs: Float32Array): OnnxTensor {
  const [filters, read, ...kernel] = weights.dims as [number, number, ...number[]];
  const pixels = kernel.reduce((product, size) => product * size, 1);
  // Depthwise, each filter reads one channel; several filters in a row may read the same one.
  const channelOf = (index: number): number =>
    read === 1
      ? Math.floor((Math.floor(index / pixels) * signs.length) / filters)
      : Math.floor(index / pixels) % read;
  return floatTensor(
    weights.name,
    weights.dims,
    floatValues(weights).map((value, index) => value * signs[channelOf(index)]!),
  );
}

/** The slopes, where there is one for each channel of a [batch, channels, height, width] tensor. */
function channelSlopes(tensor: OnnxTensor): Float32Array | undefined {
  const { dims } = tensor;
  const [channels, ...rest] = dims.length === 4 && dims[0] === 1 ? dims.slice(1) : dims;
  const perChannel = rest.length === 2 && rest.every((size) => size === 1);
  return perChannel && channels! > 1 ? floatValues(tensor) : undefined;
}
