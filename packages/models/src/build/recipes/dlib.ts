/**
 * dlib's face recognition network (a ResNet of 29 layers) out of the weights that face-api ships. The architecture is
 * that of `FaceRecognitionNet` in the package's own sources, which hold it in code rather than in a file.
 */
import {
  ChannelsLastGraph,
  type GraphTensor,
  transposed,
  type Weights,
  type Window,
} from "../channels-last-graph.js";
import type { Recipe } from "../recipe.js";
import { readWeights, type WeightsManifest } from "../tfjs-format.js";

const keepSize: Window = { strides: [1, 1], padding: "same" };
const halve: Window = { strides: [2, 2], padding: "valid" };

/** Residual blocks after the first convolution, in order. */
const blocks = [
  ...["conv32_1", "conv32_2", "conv32_3"],
  ...["conv64_down", "conv64_1", "conv64_2", "conv64_3"],
  ...["conv128_down", "conv128_1", "conv128_2"],
  ...["conv256_down", "conv256_1", "conv256_2", "conv256_down_out"],
];

export const dlibRecipe: Recipe = (files) => {
  const [manifest, data] = [...files.values()];
  if (manifest === undefined || data === undefined)
    throw new TypeError("dlib: expected a manifest and its weights");
  const groups = JSON.parse(new TextDecoder().decode(manifest)) as WeightsManifest;
  const weights = readWeights(groups, data);
  const weight = (name: string): Weights => {
    const found = weights.get(name);
    if (found === undefined) throw new TypeError(`dlib: no weights ${name}`);
    return found;
  };
  const graph = new ChannelsLastGraph([150, 150, 3]);

  const convolution = (
    x: GraphTensor,
    name: string,
    window: Window,
    relu: boolean,
  ): GraphTensor => {
    // The channel-wise scale after the convolution is folded into it.
    const scale = weight(`${name}/scale/weights`).values;
    const shift = weight(`${name}/scale/biases`).values;
    const bias = weight(`${name}/conv/bias`).values.map(
      (value, c) => value * scale[c]! + shift[c]!,
    );
    const kernel = transposed(weight(`${name}/conv/filters`), [3, 0, 1, 2]);
    const filterSize = kernel.values.length / scale.length;
    const values = kernel.values.map((value, at) => value * scale[Math.floor(at / filterSize)]!);
    const activation = relu ? "relu" : "none";
    return graph.convolution(x, { shape: kernel.shape, values }, bias, window, activation);
  };

  const residual = (x: GraphTensor, name: string): GraphTensor => {
    const down = name.includes("_down");
    let out = convolution(x, `${name}/conv1`, down ? halve : keepSize, true);
    out = convolution(out, `${name}/conv2`, keepSize, false);
    if (!down) return graph.unary("Relu", graph.binary("Add", out, x));
    let shortcut = graph.pool("AveragePool", x, [2, 2], halve);
    const missing = (axis: 0 | 1 | 2, of: GraphTensor, to: GraphTensor): [number, number] => [
      0,
      Math.max(0, to.shape[axis]! - of.shape[axis]!),
    ];
    const toShortcut = [missing(0, out, shortcut), missing(1, out, shortcut), [0, 0]] as const;
    if (toShortcut.some(([, after]) => after > 0)) out = graph.pad(out, toShortcut);
    const channels = missing(2, shortcut, out);
    if (channels[1] > 0) shortcut = graph.pad(shortcut, [[0, 0], [0, 0], channels]);
    return graph.unary("Relu", graph.binary("Add", shortcut, out));
  };

  let x = convolution(graph.input, "conv32_down", halve, true);
  x = graph.pool("MaxPool", x, [3, 3], halve);
  for (const block of blocks) x = residual(x, block);
  const mean = graph.globalMean(x);
  const embedding = graph.fullyConnected(mean, transposed(weight("fc"), [1, 0]), undefined);
  return graph.model("dlib", { embedding });
};
