/** TensorFlow.js graph models as ONNX. */
import {
  ChannelsLastGraph,
  type GraphTensor,
  transposed,
  type Weights,
  type Window,
} from "./channels-last-graph.js";
import type { OnnxModel } from "./onnx-format.js";
import {
  integersOf,
  readTfjs,
  textOf,
  textsOf,
  type TfjsModel,
  type TfjsNode,
} from "./tfjs-format.js";

/** Converts the network. @param outputs ONNX output names by node names; what these do not need is left out. */
export function convertTfjs(
  modelJson: Uint8Array,
  data: Uint8Array,
  name: string,
  outputs: Readonly<Record<string, string>>,
): OnnxModel {
  return new TfjsConverter(readTfjs(modelJson, data)).convert(name, outputs);
}

class TfjsConverter {
  readonly #graph: ChannelsLastGraph;
  readonly #computed = new Map<string, GraphTensor>();

  constructor(private readonly model: TfjsModel) {
    const input = [...model.nodes.values()].find((node) => node.op === "Placeholder");
    const sides = input?.attr?.["shape"]?.shape?.dim.slice(1).map(({ size }) => Number(size));
    if (input === undefined || sides?.length !== 3) throw new TypeError("no picture input");
    this.#graph = new ChannelsLastGraph(sides as [number, number, number]);
    this.#computed.set(input.name, this.#graph.input);
  }

  convert(name: string, outputs: Readonly<Record<string, string>>): OnnxModel {
    const results = Object.entries(outputs).map(([node, output]): [string, GraphTensor] => [
      output,
      this.#tensor(node),
    ]);
    return this.#graph.model(name, Object.fromEntries(results));
  }

  #tensor(name: string): GraphTensor {
    const known = this.#computed.get(name);
    if (known !== undefined) return known;
    const node = this.model.nodes.get(name);
    if (node === undefined) throw new TypeError(`the network has no node ${name}`);
    const result = this.#operation(node);
    this.#computed.set(name, result);
    return result;
  }

  #weights(name: string): Weights {
    const weights = this.model.weights.get(name);
    if (weights === undefined) throw new TypeError(`the network has no weights ${name}`);
    return weights;
  }

  #operation({ name, op, input = [], attr }: TfjsNode): GraphTensor {
    const [first, second, third, fourth] = input as [string, string, string, string];
    const slidingWindow = (): Window => {
      const [, down = 1, across = 1] = integersOf(attr?.["strides"]);
      return {
        strides: [down, across],
        padding: textOf(attr?.["padding"]) === "SAME" ? "same" : "valid",
      };
    };
    switch (op) {
      case "Conv2D":
        return this.#convolution(first, second, undefined, slidingWindow());
      case "_FusedConv2D": {
        const [, activation] = textsOf(attr?.["fused_ops"]);
        const result = this.#convolution(
          first,
          second,
          this.#weights(third).values,
          slidingWindow(),
        );
        if (activation === "Prelu") return this.#graph.prelu(result, this.#weights(fourth).values);
        if (activation === "Relu") return this.#graph.unary("Relu", result);
        if (activation === "Relu6") return this.#graph.clip(result, 0, 6);
        if (activation === undefined) return result;
        throw new TypeError(`activation ${activation} of ${name} is not converted`);
      }
      case "DepthwiseConv2dNative":
        return this.#graph.depthwiseConvolution(
          this.#tensor(first),
          transposed(this.#weights(second), [3, 0, 1, 2]),
          undefined,
          slidingWindow(),
        );
      case "FusedDepthwiseConv2dNative": {
        const [, activation] = textsOf(attr?.["fused_ops"]);
        if (activation !== "Relu6")
          throw new TypeError(`activation ${activation} of ${name} is not converted`);
        return this.#graph.depthwiseConvolution(
          this.#tensor(first),
          transposed(this.#weights(second), [3, 0, 1, 2]),
          this.#weights(third).values,
          slidingWindow(),
          "relu6",
        );
      }
      case "Add":
      case "AddV2":
        return this.#binary("Add", first, second);
      case "Mul":
        return this.#binary("Mul", first, second);
      case "Sub":
        return this.#binary("Sub", first, second);
      case "Minimum":
        return this.#binary("Min", first, second);
      case "Maximum":
        return this.#clipped(first, second) ?? this.#binary("Max", first, second);
      case "Relu":
        return this.#graph.unary("Relu", this.#tensor(first));
      case "Sigmoid":
        return this.#graph.unary("Sigmoid", this.#tensor(first));
      case "Softmax":
        return this.#graph.softmax(this.#tensor(first));
      case "Prelu":
        return this.#graph.prelu(this.#tensor(first), this.#weights(second).values);
      case "MaxPool": {
        const [, height = 1, width = 1] = integersOf(attr?.["ksize"]);
        return this.#graph.pool("MaxPool", this.#tensor(first), [height, width], slidingWindow());
      }
      case "Mean":
        return this.#graph.globalMean(this.#tensor(first));
      case "Pad": {
        const { values } = this.#weights(second);
        const pairs = [1, 2, 3].map((axis): [number, number] => [
          values[2 * axis]!,
          values[2 * axis + 1]!,
        ]);
        return this.#graph.pad(this.#tensor(first), pairs);
      }
      case "_FusedMatMul": {
        const [, activation] = textsOf(attr?.["fused_ops"]);
        return this.#graph.fullyConnected(
          this.#tensor(first),
          transposed(this.#weights(second), [1, 0]),
          this.#weights(third).values,
          activation === "Relu" ? "relu" : "none",
        );
      }
      case "ConcatV2":
        return this.#graph.concatenate(
          input.slice(0, -1).map((part) => this.#graph.flatten(this.#tensor(part))),
        );
      case "Reshape":
        return this.#graph.flatten(this.#tensor(first));
      case "ResizeBilinear": {
        const [height] = this.#weights(second).values;
        const input = this.#tensor(first);
        if (height !== 2 * input.shape[0]! || attr?.["half_pixel_centers"]?.b !== true)
          throw new TypeError(`${name} does not double its picture between the centres of pixels`);
        return this.#graph.doubled(input);
      }
      // The batch of one picture taken apart and put together again.
      case "Cast":
      case "Unpack":
      case "Squeeze":
      case "ExpandDims":
      case "Identity":
        return this.#tensor(first);
      default:
        throw new TypeError(`TensorFlow operation ${op} of ${name} is not converted`);
    }
  }

  #convolution(
    input: string,
    kernel: string,
    bias: Float32Array | undefined,
    window: Window,
  ): GraphTensor {
    const weights = transposed(this.#weights(kernel), [3, 0, 1, 2]);
    return this.#graph.convolution(this.#tensor(input), weights, bias, window);
  }

  /** max(min(relu(x), high), 0) as one operation, which the runtime fuses into the convolution before it. */
  #clipped(first: string, second: string): GraphTensor | undefined {
    const minimum = this.model.nodes.get(first);
    const [inner, high] = minimum?.input ?? [];
    const relu = inner === undefined ? undefined : this.model.nodes.get(inner);
    const x = relu?.input?.[0];
    if (minimum?.op !== "Minimum" || relu?.op !== "Relu" || high === undefined || x === undefined)
      return undefined;
    const [low] = this.#weights(second).values;
    if (low !== 0) return undefined;
    return this.#graph.clip(this.#tensor(x), 0, this.#weights(high).values[0]!);
  }

  #binary(
    opType: "Add" | "Sub" | "Mul" | "Min" | "Max",
    first: string,
    second: string,
  ): GraphTensor {
    const constant = this.model.weights.get(second);
    if (constant !== undefined)
      return this.#graph.withConstant(opType, this.#tensor(first), constant.values);
    return this.#graph.binary(opType, this.#tensor(first), this.#tensor(second));
  }
}
