import { type CutMap, withCells } from "../cells.js";
import { withoutDenormals } from "../graph-surgery.js";
import { withoutParametricRelu } from "../parametric-relu.js";
import { onlyFile, type Recipe } from "../recipe.js";
import { convertTflite, type TfliteConversion } from "../tflite-conversion.js";

function tflite(
  conversion: TfliteConversion,
  extract = (file: Uint8Array): Uint8Array => file,
): Recipe {
  return (files) => {
    const model = convertTflite(extract(onlyFile(files)), conversion);
    return { ...model, graph: withoutParametricRelu(withoutDenormals(model.graph)) };
  };
}

const mobileFaceNet = "MobileFaceNet";

/**
 * Layers of MobileFaceNet that the attributes read beside its embedding: what a network of identities forgets on its way
 * there.
 */
const mobileFaceNetMaps: readonly CutMap[] = [
  { output: "seen", channels: 512, side: 1, rows: [0, 1], columns: [0, 1] },
  { output: "last", channels: 512, side: 7, rows: [0, 2, 5, 7], columns: [0, 1.5, 3.5] },
  { output: "middle", channels: 128, side: 14, rows: [0, 4, 10, 14], columns: [0, 3, 7] },
  {
    output: "early",
    channels: 64,
    side: 28,
    rows: [0, 4, 8, 16, 20, 24, 28],
    columns: [0, 3, 7, 11, 14],
  },
];

export const mobileFaceNetRecipe: Recipe = (files) => {
  const model = tflite({
    name: "mfn",
    outputs: {
      embeddings: "embedding",
      [`${mobileFaceNet}/Logits/SeparableConv2d/BatchNorm/FusedBatchNorm`]: "seen",
      [`${mobileFaceNet}/${mobileFaceNet}/Conv2d_7/add`]: "last",
      [`${mobileFaceNet}/${mobileFaceNet}/Conv2d_4_InvResBlock_5/Add`]: "middle",
      [`${mobileFaceNet}/${mobileFaceNet}/Conv2d_2_InvResBlock_4/Add`]: "early",
    },
  })(files);
  return { ...model, graph: withCells(model.graph, "cells", mobileFaceNetMaps) };
};

export const refineNetRecipe = tflite({
  name: "rnet",
  outputs: { "rnet/prob1": "scores", "rnet/conv5-2/conv5-2": "regressions" },
});

export const outputNetRecipe = tflite({
  name: "onet",
  outputs: {
    "onet/prob1": "scores",
    "onet/conv6-2/conv6-2": "regressions",
    "onet/conv6-3/conv6-3": "landmarks",
    "onet/prelu5/add": "features",
  },
});

/**
 * Where `face_landmark.tflite` lies in MediaPipe's packed assets, bytes: the table in
 * `face_mesh_solution_packed_assets_loader.js` of the same package. The card's hash pins both.
 */
const meshFile = { start: 2495952, end: 3737848 };

export const meshRecipe = tflite(
  { name: "mesh", outputs: { conv2d_21: "points", conv2d_31: "presence" } },
  (assets) => assets.slice(meshFile.start, meshFile.end),
);
