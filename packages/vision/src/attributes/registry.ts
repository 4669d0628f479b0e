/** Every attribute: one row each, from evidence to the value on the wire. Which model allows it is the contract's. */
import type { AttributeName, FaceAttributes } from "../analysis.js";
import { accessories } from "./accessories.js";
import { glasses } from "./glasses.js";
import { mask } from "./mask.js";
import { occlusion } from "./occlusion.js";
import type { EvidenceName, FaceEvidence } from "./evidence.js";
import { exposure } from "./exposure.js";
import { blur, noise } from "./picture-quality.js";
import { qualityForRecognition } from "./recognition-quality.js";
import { age, facialHair, hair, smile } from "./retired.js";

interface AttributeRow<Name extends AttributeName> {
  readonly needs: readonly EvidenceName[];
  readonly estimate: (evidence: FaceEvidence) => NonNullable<FaceAttributes[Name]>;
}

/** What each attribute needs to know of a face, and how it follows from that. */
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
  age: { needs: ["heads", "retired"], estimate: age },
  smile: { needs: ["heads", "retired"], estimate: smile },
  facialHair: { needs: ["heads", "retired"], estimate: facialHair },
  hair: { needs: ["heads", "retired"], estimate: hair },
};
