import { renameTensors, withFreeBatch, withIdentity, withoutDenormals } from "../graph-surgery.js";
import { readOnnx } from "../onnx-format.js";
import { withoutParametricRelu } from "../parametric-relu.js";
import { onlyFile, type Recipe } from "../recipe.js";

/** A ready ONNX file of one fixed batch: the batch is freed, denormal weights become zero, PRelu become fast operators, outputs get names. */
function freed(name: string, outputNames: Readonly<Record<string, string>>): Recipe {
  return (files) => {
    const model = withIdentity(readOnnx(onlyFile(files)), name);
    const graph = withoutParametricRelu(withoutDenormals(withFreeBatch(model.graph)));
    return { ...model, graph: renameTensors(graph, outputNames) };
  };
}

export const landmarkRecipe = freed("landmark68", { output: "landmarks" });
export const poseRecipe = freed("pose", { output: "yaw", "617": "pitch", "618": "roll" });
export const featureRecipe = freed("fr", { output: "embedding" });
