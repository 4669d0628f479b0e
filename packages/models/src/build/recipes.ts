import type { Recipe } from "./recipe.js";
import { featureRecipe, landmarkRecipe, poseRecipe } from "./recipes/faceplugin.js";
import { ultraRecipe } from "./recipes/ultra.js";

/** One recipe for each card whose weights come from a package. */
export const recipes: Readonly<Record<string, Recipe>> = {
  ultra: ultraRecipe,
  landmark68: landmarkRecipe,
  pose: poseRecipe,
  fr: featureRecipe,
};
