import { withoutDenormals } from "../graph-surgery.js";
import { withoutParametricRelu } from "../parametric-relu.js";
import type { Recipe } from "../recipe.js";
import { convertTfjs } from "../tfjs-conversion.js";

function tfjs(name: string, outputs: Readonly<Record<string, string>>): Recipe {
  return (files) => {
    const [modelJson, data] = [...files.values()];
    if (modelJson === undefined || data === undefined)
      throw new TypeError(`${name}: expected a model and its weights`);
    const model = convertTfjs(modelJson, data, name, outputs);
    return { ...model, graph: withoutParametricRelu(withoutDenormals(model.graph)) };
  };
}

export const faceresRecipe = tfjs("faceres", {
  "global_pooling/Mean": "embedding",
  "feats/Relu": "features",
  "age_pred/Softmax": "age",
});

export const bodyRecipe = tfjs("body", {
  "StatefulPartitionedCall/kpt_heatmap_0/conv2d_5/BiasAdd": "joints",
});

export const irisRecipe = tfjs("iris", { Identity: "points" });
