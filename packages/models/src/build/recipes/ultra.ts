import { cutAt, renameTensors, withIdentity } from "../graph-surgery.js";
import { readOnnx, tensorValue } from "../onnx-format.js";
import { onlyFile, type Recipe } from "../recipe.js";

/**
 * UltraFace RFB: cut before the boxes are decoded against priors of one fixed size, so that height and width are free.
 * Decoding needs the priors of the actual size; see `@mien/vision` `ultra-face.ts`.
 */
export const ultraRecipe: Recipe = (files) => {
  const model = withIdentity(readOnnx(onlyFile(files)), "ultra");
  const regressionName = "462";
  const cut = cutAt(model.graph, [
    { name: "scores", shape: [1, "priors", 2] },
    { name: regressionName, shape: [1, "priors", 4] },
  ]);
  const graph = renameTensors(cut, { [regressionName]: "regressions" });
  return {
    ...model,
    graph: { ...graph, input: [tensorValue("input", [1, 3, "height", "width"])] },
  };
};
