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

export const mobileFaceNetRecipe = tflite({ name: "mfn", outputs: { embeddings: "embedding" } });

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
