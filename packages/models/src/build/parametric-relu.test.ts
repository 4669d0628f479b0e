import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import {
  attributeType,
  elementType,
  floatTensor,
  type OnnxGraph,
  type OnnxNode,
  type OnnxValue,
  writeOnnx,
} from "./onnx-format.js";
import { withoutParametricRelu } from "./parametric-relu.js";

const channels = 6;
const side = 5;
const wave = (length: number, step: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(1 + i * step));

const image = (name: string, depth: number): OnnxValue => ({
  name,
  type: {
    tensorType: {
      elemType: elementType.float32,
      shape: { dim: [1, depth, side, side].map((dimValue) => ({ dimValue })) },
    },
  },
});
const convolution = (input: string, weights: string, output: string, group = 1): OnnxNode => ({
  opType: "Conv",
  name: output,
  input: [input, weights],
  output: [output],
  attribute: [
    { name: "group", type: attributeType.int, i: group },
    { name: "kernel_shape", type: attributeType.ints, ints: [3, 3] },
    { name: "pads", type: attributeType.ints, ints: [1, 1, 1, 1] },
  ],
});

/** A convolution, the units, and what reads them. */
function network(slopes: readonly number[], readers: OnnxNode[], outputs: OnnxValue[]): OnnxGraph {
  return {
    name: "units",
    node: [
      convolution("input", "first", "x"),
      { opType: "PRelu", name: "units", input: ["x", "slopes"], output: ["y"], attribute: [] },
      ...readers,
    ],
    initializer: [
      floatTensor("first", [channels, 3, 3, 3], wave(channels * 27, 1.7)),
      floatTensor("slopes", [channels, 1, 1], Float32Array.from(slopes)),
      floatTensor("dense", [4, channels, 3, 3], wave(4 * channels * 9, 0.9)),
      // Two filters for each channel.
      floatTensor("depthwise", [channels * 2, 1, 3, 3], wave(channels * 18, 2.3)),
    ],
    input: [image("input", 3)],
    output: outputs,
  };
}

async function run(graph: OnnxGraph): Promise<Float32Array[]> {
  const file = writeOnnx({
    irVersion: 8,
    producerName: "test",
    graph,
    opsetImport: [{ version: 17 }],
  });
  const session = await ort.InferenceSession.create(file);
  const outputs = await session.run({
    input: new ort.Tensor("float32", wave(3 * side * side, 0.37), [1, 3, side, side]),
  });
  return graph.output.map(({ name }) => outputs[name]!.data as Float32Array);
}

async function expectTheSame(graph: OnnxGraph, passes: number): Promise<void> {
  const changed = withoutParametricRelu(graph);
  expect(changed.node.some(({ opType }) => opType === "PRelu")).toBe(false);
  const added = changed.node.length - graph.node.length + 1;
  // A convolution with its relu is one pass and a convolution with its sum another; a relu alone is the third.
  expect(added).toBe(passes === 2 ? 4 : 5);
  const [before, after] = [await run(graph), await run(changed)];
  before.forEach((values, output) => {
    expect(after[output]).toHaveLength(values.length);
    values.forEach((value, index) => expect(after[output]![index]).toBeCloseTo(value, 4));
  });
}

describe("units with a slope for each channel", () => {
  const mild = [0.25, -0.8, 0, 1, 0.9, -3];
  const steep = [0.25, 7.5, -9, 1.0001, 1, 2];
  const dense = convolution("y", "dense", "dense.output");
  const depthwise = convolution("y", "depthwise", "depthwise.output", channels);
  const ofReaders = [image("dense.output", 4), image("depthwise.output", channels * 2)];

  it("take two passes where none is steeper than 1, whoever reads them", () =>
    expectTheSame(network(mild, [dense, depthwise], [...ofReaders, image("y", channels)]), 2));

  it("come out negated where they are steeper, and convolutions that read them know", () =>
    expectTheSame(network(steep, [dense, depthwise], ofReaders), 2));

  it("take three passes where they are steeper and leave the network", () =>
    expectTheSame(network(steep, [dense], [image("dense.output", 4), image("y", channels)]), 3));

  it("take three passes where they are steeper and something else reads them", () => {
    const pool: OnnxNode = {
      opType: "MaxPool",
      name: "pool",
      input: ["y"],
      output: ["pool.output"],
      attribute: [{ name: "kernel_shape", type: attributeType.ints, ints: [1, 1] }],
    };
    return expectTheSame(
      network(steep, [dense, pool], [image("dense.output", 4), image("pool.output", channels)]),
      3,
    );
  });

  it("take three passes where two convolutions share the weights that would be negated", () => {
    const again = convolution("input2", "dense", "again");
    const graph = network(steep, [dense, again], [image("dense.output", 4), image("again", 4)]);
    graph.node.splice(2, 0, {
      opType: "Concat",
      name: "twice",
      input: ["input", "input"],
      output: ["input2"],
      attribute: [{ name: "axis", type: attributeType.int, i: 1 }],
    });
    return expectTheSame(graph, 3);
  });
});
