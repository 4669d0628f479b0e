/** TensorFlow Lite networks as ONNX. */
import {
  type Activation,
  ChannelsLastGraph,
  type GraphTensor,
  type Weights,
  type Window,
} from "./channels-last-graph.js";
import type { OnnxModel } from "./onnx-format.js";
import {
  constantFloats,
  constantIntegers,
  type FlatTable,
  operatorCode,
  readTflite,
  type TfliteModel,
  type TfliteOperator,
} from "./tflite-format.js";

export interface TfliteConversion {
  readonly name: string;
  /** ONNX output names by the names of TFLite tensors; what these do not need is left out. */
  readonly outputs: Readonly<Record<string, string>>;
}

const activations: readonly Activation[] = ["none", "relu", "none", "relu6"];

/** Converts the network; the batch of the result is free. */
export function convertTflite(file: Uint8Array, { name, outputs }: TfliteConversion): OnnxModel {
  return new TfliteConverter(readTflite(file)).convert(name, outputs);
}

class TfliteConverter {
  readonly #graph: ChannelsLastGraph;
  readonly #computed = new Map<number, GraphTensor>();
  /** Constants that a DEQUANTIZE widens from float16. */
  readonly #constants = new Map<number, Weights>();
  readonly #producers = new Map<number, TfliteOperator>();

  constructor(private readonly model: TfliteModel) {
    const [input] = model.inputs as [number];
    const shape = model.tensors[input]!.shape.slice(1) as [number, number, number];
    this.#graph = new ChannelsLastGraph(shape);
    this.#computed.set(input, this.#graph.input);
    for (const operator of model.operators)
      for (const output of operator.outputs) this.#producers.set(output, operator);
  }

  convert(name: string, outputs: Readonly<Record<string, string>>): OnnxModel {
    const results = Object.entries(outputs).map(([tensor, output]): [string, GraphTensor] => {
      const index = this.model.tensors.findIndex((candidate) => candidate.name === tensor);
      if (index === -1) throw new TypeError(`the network has no tensor ${tensor}`);
      return [output, this.#tensor(index)];
    });
    return this.#graph.model(name, Object.fromEntries(results));
  }

  /** A computed tensor; operators are converted as their results are needed. */
  #tensor(index: number): GraphTensor {
    const known = this.#computed.get(index);
    if (known !== undefined) return known;
    const producer = this.#producers.get(index);
    if (producer === undefined) throw new TypeError(`tensor ${index} is not computed`);
    const result = this.#operation(producer);
    this.#computed.set(index, result);
    return result;
  }

  #isConstant(index: number): boolean {
    const producer = this.#producers.get(index);
    if (producer === undefined) return this.model.tensors[index]!.data.byteLength > 0;
    return producer.code === operatorCode.dequantize && this.#isConstant(producer.inputs[0]!);
  }

  #weights(index: number): Weights {
    const known = this.#constants.get(index);
    if (known !== undefined) return known;
    const producer = this.#producers.get(index);
    const source = this.model.tensors[producer === undefined ? index : producer.inputs[0]!]!;
    const weights = { shape: source.shape, values: constantFloats(source) };
    this.#constants.set(index, weights);
    return weights;
  }

  #bias(index: number | undefined): Float32Array | undefined {
    return index === undefined || index === -1 ? undefined : this.#weights(index).values;
  }

  #operation(operator: TfliteOperator): GraphTensor {
    const { code, inputs, options } = operator;
    const [first, second, third] = inputs as [number, number, number];
    switch (code) {
      case operatorCode.convolution:
        return this.#graph.convolution(
          this.#tensor(first),
          this.#weights(second),
          this.#bias(third),
          slidingWindow(options),
          activation(options, 3),
        );
      case operatorCode.depthwiseConvolution:
        return this.#graph.depthwiseConvolution(
          this.#tensor(first),
          this.#weights(second),
          this.#bias(third),
          slidingWindow(options),
          activation(options, 4),
        );
      case operatorCode.fullyConnected:
        return this.#graph.fullyConnected(
          this.#tensor(first),
          this.#weights(second),
          this.#bias(third),
          activation(options, 0),
        );
      case operatorCode.maxPool:
        return this.#graph.pool(
          "MaxPool",
          this.#tensor(first),
          [options?.int32(4) ?? 1, options?.int32(3) ?? 1],
          slidingWindow(options),
        );
      case operatorCode.relu:
        return this.#graph.unary("Relu", this.#tensor(first));
      case operatorCode.sigmoid:
        return this.#graph.unary("Sigmoid", this.#tensor(first));
      case operatorCode.prelu:
        return this.#graph.prelu(this.#tensor(first), this.#weights(second).values);
      case operatorCode.reshape:
        return this.#graph.flatten(this.#tensor(first));
      case operatorCode.pad: {
        const amounts = constantIntegers(this.model.tensors[second]!);
        const pairs = Array.from({ length: amounts.length / 2 }, (_, axis): [number, number] => [
          amounts[2 * axis]!,
          amounts[2 * axis + 1]!,
        ]);
        return this.#graph.pad(this.#tensor(first), pairs.slice(1));
      }
      case operatorCode.add:
        return this.#parametricRelu(operator) ?? this.#binary("Add", operator);
      case operatorCode.mul:
        return this.#binary("Mul", operator);
      case operatorCode.div:
        return this.#softmax(operator);
      default:
        throw new TypeError(`TFLite operator ${code} is not converted`);
    }
  }

  #binary(opType: "Add" | "Mul", { inputs, options }: TfliteOperator): GraphTensor {
    const [first, second] = inputs as [number, number];
    const fused = activation(options, 0);
    if (!this.#isConstant(first) && !this.#isConstant(second))
      return this.#graph.binary(opType, this.#tensor(first), this.#tensor(second), fused);
    if (fused !== "none") throw new TypeError("an activation after a constant is not converted");
    const [computed, constant] = this.#isConstant(first) ? [second, first] : [first, second];
    return this.#graph.withConstant(opType, this.#tensor(computed), this.#weights(constant).values);
  }

  #producer(index: number, code: number): TfliteOperator | undefined {
    const producer = this.#producers.get(index);
    return producer?.code === code ? producer : undefined;
  }

  /**
   * PReLU as older converters spell it out, either relu(x) + slope * -relu(-x) or relu(x) + slope/2 * (x - |x|).
   * One operation is several times faster than the six.
   */
  #parametricRelu({ inputs }: TfliteOperator): GraphTensor | undefined {
    for (const [positive, negative] of [inputs, inputs.toReversed()] as [number, number][]) {
      const relu = this.#producer(positive, operatorCode.relu);
      const product = this.#producer(negative, operatorCode.mul);
      const constants = product?.inputs.filter((input) => this.#isConstant(input));
      const factors = product?.inputs.filter((input) => !this.#isConstant(input));
      if (relu === undefined || factors === undefined || constants === undefined) continue;
      const x = relu.inputs[0]!;
      const slope = this.#slope(factors, constants, x);
      if (slope !== undefined) return this.#graph.prelu(this.#tensor(x), slope);
    }
    return undefined;
  }

  /** The slope of the product of factors and constants, if it is a slope times the negative part of x. */
  #slope(
    factors: readonly number[],
    constants: readonly number[],
    x: number,
  ): Float32Array | undefined {
    const [factor, further] = factors;
    const [constant] = constants;
    if (factor === undefined || further !== undefined || constant === undefined) return undefined;
    const negated = this.#producer(factor, operatorCode.neg);
    if (negated !== undefined) {
      const relu = this.#producer(negated.inputs[0]!, operatorCode.relu);
      const inner = relu && this.#producer(relu.inputs[0]!, operatorCode.neg);
      return inner?.inputs[0] === x ? this.#weights(constant).values : undefined;
    }
    const difference = this.#producer(factor, operatorCode.sub);
    const absolute = difference && this.#producer(difference.inputs[1]!, operatorCode.abs);
    if (difference?.inputs[0] !== x || absolute?.inputs[0] !== x) return undefined;
    // relu(x) + s * (x - |x|) has the slope 2 s below zero.
    return this.#weights(constant).values.map((value) => 2 * value);
  }

  /** exp(x - max) / sum(exp(x - max)), spelt out. */
  #softmax({ inputs }: TfliteOperator): GraphTensor {
    const exponential = this.#producer(inputs[0]!, operatorCode.exp);
    const difference = exponential && this.#producer(exponential.inputs[0]!, operatorCode.sub);
    if (difference === undefined) throw new TypeError("a division that is no softmax");
    return this.#graph.softmax(this.#tensor(difference.inputs[0]!));
  }
}

function slidingWindow(options: FlatTable | undefined): Window {
  return {
    padding: options?.int8(0) === 1 ? "valid" : "same",
    strides: [options?.int32(2) ?? 1, options?.int32(1) ?? 1],
  };
}

function activation(options: FlatTable | undefined, field: number): Activation {
  return activations[options?.int8(field) ?? 0] ?? "none";
}
