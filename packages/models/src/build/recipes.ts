import type { Recipe } from "./recipe.js";
import { dlibRecipe } from "./recipes/dlib.js";
import { featureRecipe, landmarkRecipe, poseRecipe } from "./recipes/faceplugin.js";
import { proposalNetRecipe } from "./recipes/proposal-net.js";
import { bodyRecipe, faceresRecipe, irisRecipe } from "./recipes/tensorflow-js.js";
import {
  meshRecipe,
  mobileFaceNetRecipe,
  outputNetRecipe,
  refineNetRecipe,
} from "./recipes/tensorflow-lite.js";
import { ultraRecipe } from "./recipes/ultra.js";

/** One recipe for each card whose weights come from a package. */
export const recipes: Readonly<Record<string, Recipe>> = {
  ultra: ultraRecipe,
  pnet: proposalNetRecipe,
  rnet: refineNetRecipe,
  onet: outputNetRecipe,
  body: bodyRecipe,
  landmark68: landmarkRecipe,
  mesh: meshRecipe,
  iris: irisRecipe,
  pose: poseRecipe,
  faceres: faceresRecipe,
  dlib: dlibRecipe,
  fr: featureRecipe,
  mfn: mobileFaceNetRecipe,
};
