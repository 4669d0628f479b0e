import { withoutDenormals } from "../graph-surgery.js";
import { type OnnxGraph, tensorValue } from "../onnx-format.js";
import { withoutParametricRelu } from "../parametric-relu.js";
import { takingPicture } from "../picture-input.js";
import { onlyFile, type Recipe } from "../recipe.js";
import {
  Constants,
  convolutionBehind,
  pointwise,
  upright,
  withMeanInBias,
  withWholeBlocks,
} from "../sliding-network.js";
import { convertTflite } from "../tflite-conversion.js";

/** What P-Net was trained on: (byte - mean) * factor. */
const mean = 127.5;
const factor = 1 / 128;

/**
 * P-Net looks at a whole picture: every layer slides, so the size that its file is fixed to can be let go. Its file sees
 * columns as rows; this network sees pictures as they are.
 */
export const proposalNetRecipe: Recipe = (files) => {
  const model = convertTflite(onlyFile(files), {
    name: "pnet",
    outputs: { "pnet/prob1": "scores", "pnet/conv4-2/BiasAdd": "regressions" },
  });
  const graph = withWholeBlocks(
    withMeanInBias(upright(withOneHead(withoutDenormals(model.graph))), mean, factor),
  );
  return {
    ...model,
    graph: takingPicture(withoutParametricRelu(graph), { mean: 0, factor }, "batch"),
  };
};

/**
 * One convolution in place of two with a softmax and reorderings behind them. Of each window, plane by plane: the logit
 * of a face, then what moves its box's left, top, right and bottom.
 */
function withOneHead(graph: OnnxGraph): OnnxGraph {
  const constants = new Constants(graph.initializer);
  const classes = convolutionBehind(graph, "scores");
  const regressions = convolutionBehind(graph, "regressions");
  const [input, classWeights, classBias] = classes.input as [string, string, string];
  const [sameInput, boxWeights, boxBias] = regressions.input as [string, string, string];
  if (input !== sameInput) throw new TypeError("the heads have different inputs");
  const difference = ([no, yes]: [Float32Array, Float32Array]): Float32Array =>
    yes.map((value, index) => value - no[index]!);
  const halves = (values: Float32Array): [Float32Array, Float32Array] => [
    values.subarray(0, values.length / 2),
    values.subarray(values.length / 2),
  ];
  const joined = (a: Float32Array, b: Float32Array): Float32Array =>
    Float32Array.from([...difference(halves(a)), ...b]);
  const channels = constants.kernel(boxWeights).dims[1];
  constants.set(
    "head.weights",
    [5, channels, 1, 1],
    joined(constants.kernel(classWeights).values, constants.kernel(boxWeights).values),
  );
  constants.set("head.bias", [5], joined(constants.vector(classBias), constants.vector(boxBias)));
  const trunk = graph.node.slice(
    0,
    1 + Math.max(...graph.node.map(({ output }, index) => (output.includes(input) ? index : -1))),
  );
  const node = [...trunk, pointwise("windows", input, "head.weights", "head.bias")];
  return {
    ...graph,
    node,
    initializer: constants.usedBy(node),
    output: [tensorValue("windows", ["batch", 5, "rows", "columns"])],
  };
}
