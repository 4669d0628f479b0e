/**
 * Builds an ONNX graph (channels first) out of the operations of a channels-last network, as TensorFlow's formats hold
 * it. Callers speak channels last throughout: shapes are [height, width, channels] or [features], without the batch,
 * which stays free. Weights are rearranged here, so no transposition is left in the graph but the one before a
 * flattening.
 */
import {
  attributeType,
  floatTensor,
  integerTensor,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  tensorValue,
} from "./onnx-format.js";

export type Activation = "none" | "relu" | "relu6";
type Padding = "same" | "valid";

/** A tensor of the graph: its name and its channels-last shape without the batch. */
export interface GraphTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Constant values with their shape in the source's order. */
export interface Weights {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Window {
  readonly strides: readonly [number, number];
  readonly padding: Padding;
}

/** Padding of one axis as TensorFlow computes it: `same` puts the odd pixel behind. */
function pads(size: number, kernel: number, stride: number, padding: Padding): [number, number] {
  if (padding === "valid") return [0, 0];
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}

function integers(name: string, ints: readonly number[]): OnnxAttribute {
  return { name, ints: [...ints], type: attributeType.ints };
}

function integer(name: string, i: number): OnnxAttribute {
  return { name, i, type: attributeType.int };
}

function text(name: string, value: string): OnnxAttribute {
  return { name, s: new TextEncoder().encode(value), type: attributeType.string };
}

/** How often a kernel fits as it slides over a tensor, and how ONNX is told. */
function slid(
  { shape }: GraphTensor,
  kernel: readonly [number, number],
  { strides, padding }: Window,
): { rows: number; columns: number; attributes: OnnxAttribute[] } {
  const [height, width] = shape as [number, number, number];
  const [top, bottom] = pads(height, kernel[0], strides[0], padding);
  const [left, right] = pads(width, kernel[1], strides[1], padding);
  return {
    rows: Math.floor((height + top + bottom - kernel[0]) / strides[0]) + 1,
    columns: Math.floor((width + left + right - kernel[1]) / strides[1]) + 1,
    attributes: [
      integers("kernel_shape", kernel),
      integers("strides", strides),
      integers("pads", [top, left, bottom, right]),
    ],
  };
}

/** Values in another order of axes: axis k of the result is axis `order[k]` of the source. */
export function transposed({ shape, values }: Weights, order: readonly number[]): Weights {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const target = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const result = new Float32Array(values.length);
  const index = target.map(() => 0);
  for (let at = 0; at < result.length; at++) {
    let from = 0;
    for (let axis = 0; axis < index.length; axis++) from += index[axis]! * steps[axis]!;
    result[at] = values[from]!;
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < target[axis]!) break;
      index[axis] = 0;
    }
  }
  return { shape: target, values: result };
}

export class ChannelsLastGraph {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  #count = 0;

  constructor(private readonly inputShape: readonly [number, number, number]) {}

  /** The network's picture: [batch, channels, height, width] to the outside. */
  get input(): GraphTensor {
    return { name: "input", shape: this.inputShape };
  }

  #node(
    opType: string,
    inputs: readonly string[],
    shape: readonly number[],
    attribute: OnnxAttribute[] = [],
  ): GraphTensor {
    const name = `t${this.#count++}`;
    this.#nodes.push({ input: [...inputs], output: [name], name, opType, attribute });
    return { name, shape };
  }

  #constant(values: Float32Array, dims: readonly number[]): string {
    const name = `w${this.#initializers.length}`;
    this.#initializers.push(floatTensor(name, dims, values));
    return name;
  }

  #integerConstant(values: readonly number[]): string {
    const name = `w${this.#initializers.length}`;
    this.#initializers.push(integerTensor(name, values));
    return name;
  }

  #activated(tensor: GraphTensor, activation: Activation): GraphTensor {
    if (activation === "none") return tensor;
    return activation === "relu" ? this.unary("Relu", tensor) : this.clip(tensor, 0, 6);
  }

  /** @param kernel [out channels, height, width, in channels]. */
  convolution(
    input: GraphTensor,
    kernel: Weights,
    bias: Float32Array | undefined,
    window: Window,
    activation: Activation = "none",
  ): GraphTensor {
    const [out, height, width] = kernel.shape as [number, number, number, number];
    const weights = transposed(kernel, [0, 3, 1, 2]);
    return this.#convolved(input, weights, out, [height, width], bias, window, 1, activation);
  }

  /** @param kernel [1, height, width, channels]; one filter a channel. */
  depthwiseConvolution(
    input: GraphTensor,
    kernel: Weights,
    bias: Float32Array | undefined,
    window: Window,
    activation: Activation = "none",
  ): GraphTensor {
    const [, height, width, channels] = kernel.shape as [number, number, number, number];
    const weights = transposed(kernel, [3, 0, 1, 2]);
    return this.#convolved(
      input,
      weights,
      channels,
      [height, width],
      bias,
      window,
      channels,
      activation,
    );
  }

  #convolved(
    input: GraphTensor,
    weights: Weights,
    channels: number,
    kernel: readonly [number, number],
    bias: Float32Array | undefined,
    window: Window,
    group: number,
    activation: Activation,
  ): GraphTensor {
    const names = [input.name, this.#constant(weights.values, weights.shape)];
    if (bias !== undefined) names.push(this.#constant(bias, [channels]));
    const { rows, columns, attributes } = slid(input, kernel, window);
    const result = this.#node(
      "Conv",
      names,
      [rows, columns, channels],
      [...attributes, integer("group", group)],
    );
    return this.#activated(result, activation);
  }

  pool(
    kind: "MaxPool" | "AveragePool",
    input: GraphTensor,
    kernel: readonly [number, number],
    window: Window,
  ): GraphTensor {
    const { rows, columns, attributes } = slid(input, kernel, window);
    return this.#node(kind, [input.name], [rows, columns, input.shape.at(-1)!], attributes);
  }

  /** Mean over height and width: [channels]. */
  globalMean(input: GraphTensor): GraphTensor {
    const channels = input.shape.at(-1)!;
    const mean = this.#node("GlobalAveragePool", [input.name], [1, 1, channels]);
    return this.flatten(mean);
  }

  /** All features in channels-last order: [features]. */
  flatten(input: GraphTensor): GraphTensor {
    const features = input.shape.reduce((a, b) => a * b, 1);
    if (input.shape.length === 1) return input;
    const [height, width] = input.shape as [number, number, number];
    const ordered =
      height * width === 1
        ? input
        : this.#node("Transpose", [input.name], input.shape, [integers("perm", [0, 2, 3, 1])]);
    return this.#node("Flatten", [ordered.name], [features], [integer("axis", 1)]);
  }

  /** @param weights [out, in], the input in channels-last order. */
  fullyConnected(
    input: GraphTensor,
    weights: Weights,
    bias: Float32Array | undefined,
    activation: Activation = "none",
  ): GraphTensor {
    const flat = this.flatten(input);
    const [out] = weights.shape as [number, number];
    const names = [flat.name, this.#constant(weights.values, weights.shape)];
    if (bias !== undefined) names.push(this.#constant(bias, [out]));
    const result = this.#node("Gemm", names, [out], [integer("transB", 1)]);
    return this.#activated(result, activation);
  }

  /** @param slope one value a channel, or a single one. */
  prelu(input: GraphTensor, slope: Float32Array): GraphTensor {
    const dims = input.shape.length === 3 ? [slope.length, 1, 1] : [slope.length];
    return this.#node("PRelu", [input.name, this.#constant(slope, dims)], input.shape);
  }

  unary(opType: "Relu" | "Sigmoid" | "Neg" | "Abs" | "Exp", input: GraphTensor): GraphTensor {
    return this.#node(opType, [input.name], input.shape);
  }

  clip(input: GraphTensor, low: number, high: number): GraphTensor {
    return this.#node(
      "Clip",
      [
        input.name,
        this.#constant(Float32Array.of(low), []),
        this.#constant(Float32Array.of(high), []),
      ],
      input.shape,
    );
  }

  /** Softmax over the last axis. */
  softmax(input: GraphTensor): GraphTensor {
    const axis = input.shape.length === 3 ? 1 : -1;
    return this.#node("Softmax", [input.name], input.shape, [integer("axis", axis)]);
  }

  binary(
    opType: "Add" | "Sub" | "Mul" | "Max" | "Min",
    left: GraphTensor,
    right: GraphTensor,
    activation: Activation = "none",
  ): GraphTensor {
    const result = this.#node(opType, [left.name, right.name], left.shape);
    return this.#activated(result, activation);
  }

  /** With one value a channel, or a single one. */
  withConstant(
    opType: "Add" | "Sub" | "Mul" | "Max" | "Min",
    input: GraphTensor,
    values: Float32Array,
  ): GraphTensor {
    const dims =
      values.length === 1 ? [] : input.shape.length === 3 ? [values.length, 1, 1] : [values.length];
    return this.#node(opType, [input.name, this.#constant(values, dims)], input.shape);
  }

  /** Adds zeros. @param amounts [before, after] for height, width and channels. */
  pad(input: GraphTensor, amounts: readonly (readonly [number, number])[]): GraphTensor {
    const [height, width, channels] = amounts as [
      [number, number],
      [number, number],
      [number, number],
    ];
    const onnxOrder = [[0, 0], channels, height, width] as const;
    return this.#node(
      "Pad",
      [
        input.name,
        this.#integerConstant([
          ...onnxOrder.map(([before]) => before),
          ...onnxOrder.map(([, after]) => after),
        ]),
      ],
      input.shape.map((size, axis) => size + amounts[axis]![0] + amounts[axis]![1]),
    );
  }

  /** Twice as high and wide: between the centres of pixels, linearly. */
  doubled(input: GraphTensor): GraphTensor {
    const [height, width, channels] = input.shape as [number, number, number];
    const scales = this.#constant(Float32Array.of(1, 1, 2, 2), [4]);
    return this.#node(
      "Resize",
      [input.name, "", scales],
      [2 * height, 2 * width, channels],
      [text("mode", "linear"), text("coordinate_transformation_mode", "half_pixel")],
    );
  }

  /** One after the other along the channels, or along the features of flat tensors. */
  concatenate(inputs: readonly GraphTensor[]): GraphTensor {
    const [first] = inputs as [GraphTensor];
    return this.#node(
      "Concat",
      inputs.map(({ name }) => name),
      [...first.shape.slice(0, -1), inputs.reduce((sum, { shape }) => sum + shape.at(-1)!, 0)],
      [integer("axis", 1)],
    );
  }

  /** The finished model. @param outputs flattened to [batch, features] in channels-last order. */
  model(name: string, outputs: Readonly<Record<string, GraphTensor>>): OnnxModel {
    const named = Object.entries(outputs).map(([output, tensor]) => {
      const flat = this.flatten(tensor);
      this.#nodes.push({
        input: [flat.name],
        output: [output],
        name: output,
        opType: "Identity",
        attribute: [],
      });
      return tensorValue(output, ["batch", ...flat.shape]);
    });
    const [height, width, channels] = this.inputShape;
    return {
      irVersion: 8,
      producerName: "mien",
      opsetImport: [{ domain: "", version: 17 }],
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: [tensorValue("input", ["batch", channels, height, width])],
        output: named,
      },
    };
  }
}
