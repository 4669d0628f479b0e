/** The kinds of faces whose vectors are freed from what they have in common. */
import { childlikenessVectors } from "./childlikeness-vectors.js";
import { FaceTrait } from "./face-trait.js";
import { maskVectors } from "./mask-vectors.js";

/**
 * How childlike a face is: about 0.65 for one of two years, 0.25 for one of eight. Of strangers under three years, 92 of 100
 * pairs passed for one person with `recognition_04`. Fitted by `training/recognition/children.py`.
 */
export const childlikeness = new FaceTrait(childlikenessVectors);

/**
 * How much of a face a mask hides: about 0.6 for one over nose and mouth. Of strangers who both wear one, 8 of 100 pairs passed
 * for one person with `recognition_04`, 14 with `recognition_03`. Fitted by `training/recognition/masks.py`.
 */
export const maskedness = new FaceTrait(maskVectors);

/** In the order in which they are taken. */
export const faceTraits: readonly FaceTrait[] = [childlikeness, maskedness];
