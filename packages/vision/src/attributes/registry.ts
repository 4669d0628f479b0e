/** Every attribute: one row each, from evidence to the value on the wire. Which model allows it is the contract's. */
import type { AttributeName, FaceAttributes, HeadPose } from "../analysis.js";
import { accessories } from "./accessories.js";
import { glasses } from "./glasses.js";
import type { HeadOutputs } from "./heads.js";
import { mask } from "./mask.js";
import { occlusion } from "./occlusion.js";
import { exposure } from "./exposure.js";
import { blur, noise } from "./picture-quality.js";
import type { PixelStatistics } from "./pixel-statistics.js";
import { qualityForRecognition } from "./recognition-quality.js";
import { age, facialHair, hair, smile } from "./retired.js";

/** What is known of one face: only what the attributes asked for need is worked out. */
export interface FaceEvidence {
  readonly headPose: HeadPose;
  readonly pixels: PixelStatistics;
  readonly heads: HeadOutputs;
  /** Geometric mean of the box's sides, pixels of the working picture. */
  readonly faceSide: number;
  readonly detectionScore: number;
}

/** The parts of the evidence that cost something. */
export type EvidenceName = "headPose" | "pixels" | "heads";

interface AttributeRow<Name extends AttributeName> {
  readonly needs: readonly EvidenceName[];
  readonly estimate: (evidence: FaceEvidence) => NonNullable<FaceAttributes[Name]>;
}

export const attributeTable: { readonly [Name in AttributeName]: AttributeRow<Name> } = {
  headPose: { needs: ["headPose"], estimate: ({ headPose }) => headPose },
  glasses: { needs: ["heads"], estimate: ({ heads }) => glasses(heads) },
  occlusion: { needs: ["heads"], estimate: ({ heads }) => occlusion(heads) },
  accessories: { needs: ["heads"], estimate: ({ heads }) => accessories(heads) },
  blur: { needs: ["pixels"], estimate: ({ pixels }) => blur(pixels) },
  exposure: { needs: ["pixels"], estimate: ({ pixels }) => exposure(pixels) },
  noise: { needs: ["pixels"], estimate: ({ pixels }) => noise(pixels) },
  mask: { needs: ["heads"], estimate: ({ heads }) => mask(heads) },
  qualityForRecognition: {
    needs: ["headPose", "pixels", "heads"],
    estimate: (evidence) => qualityForRecognition(evidence),
  },
  age: { needs: ["heads"], estimate: ({ heads }) => age(heads) },
  smile: { needs: ["heads"], estimate: ({ heads }) => smile(heads) },
  facialHair: { needs: ["heads"], estimate: ({ heads }) => facialHair(heads) },
  hair: { needs: ["heads"], estimate: ({ heads }) => hair(heads) },
};
