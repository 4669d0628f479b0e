/** Attributes of the faces of one picture. */
import type { AttributeName, FaceAttributes, HeadPose } from "../analysis.js";
import type { ScoredBox } from "../boxes.js";
import type { RgbPicture } from "../rgb-picture.js";
import { pixelStatistics } from "./pixel-statistics.js";
import { attributeEstimators, type FaceEvidence } from "./registry.js";

export interface AttributeInput {
  readonly picture: RgbPicture;
  readonly faces: readonly {
    readonly box: ScoredBox;
    readonly landmarks68: Float32Array;
    readonly headPose?: HeadPose;
  }[];
  readonly names: readonly AttributeName[];
}

/** One object a face with one member for each name asked for. */
export function estimateAttributes({ picture, faces, names }: AttributeInput): FaceAttributes[] {
  return faces.map(({ box, headPose }) => {
    const evidence: FaceEvidence = {
      headPose: headPose ?? { pitch: 0, roll: 0, yaw: 0 },
      pixels: pixelStatistics(picture, box),
      faceSide: Math.sqrt((box.right - box.left) * (box.bottom - box.top)),
      detectionScore: box.score,
    };
    const attributes: FaceAttributes = {};
    for (const name of names) Object.assign(attributes, attributeEstimators[name]?.(evidence));
    return attributes;
  });
}
