import { cutAt, renameTensors, withIdentity } from "../graph-surgery.js";
import { readOnnx, tensorValue } from "../onnx-format.js";
import { takingPicture } from "../picture-input.js";
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
  const free = { ...graph, input: [tensorValue("input", [1, 3, "height", "width"])] };
  return {
    ...model,
    // Of its operators none changed in the version that brought DequantizeLinear.
    opsetImport: [{ version: 10 }],
    graph: takingPicture(free, { mean: 127, factor: 1 / 128 }),
  };
};
