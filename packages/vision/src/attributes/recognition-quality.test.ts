import { describe, expect, it } from "vitest";
import type { FaceEvidence } from "./evidence.js";
import type { HeadOutputs } from "./network.js";
import type { RetiredOutputs } from "./retired-heads.js";
import { qualityCuts, qualityWeights } from "./quality-weights.js";
import { expectedError, qualityFeatures, qualityForRecognition } from "./recognition-quality.js";

function face(changes: {
  yaw?: number;
  side?: number;
  kept?: number;
  blur?: number;
  mouth?: number;
}): FaceEvidence {
  return {
    headPose: { pitch: 0, roll: 0, yaw: changes.yaw ?? 0 },
    pixels: {
      luma: [0.5, 0.2, 0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8],
      blurEffect: changes.blur ?? 0.35,
      noiseDeviation: 1,
    },
    heads: {
      kept: Float32Array.of(changes.kept ?? 0.8),
      mouth: Float32Array.of(changes.mouth ?? 0),
      eye: Float32Array.of(0),
    } as unknown as HeadOutputs,
    retired: {} as RetiredOutputs,
    faceSide: changes.side ?? 150,
  };
}

describe("qualityForRecognition", () => {
  it("has one weight for each feature, none of which speaks for a worse face", () => {
    expect(Object.keys(qualityWeights).sort()).toEqual(Object.keys(qualityFeatures).sort());
    for (const weight of Object.values(qualityWeights)) expect(weight).toBeGreaterThanOrEqual(0);
    expect(qualityCuts.high).toBeLessThan(qualityCuts.low);
  });

  it("is high for a large, sharp, straight face of which the embeddings keep much", () => {
    expect(qualityForRecognition(face({}))).toBe("high");
  });

  it("is low for a face of which the embeddings keep next to nothing", () => {
    expect(
      qualityForRecognition(face({ kept: 0.05, blur: 0.9, yaw: 70, side: 20, mouth: 1 })),
    ).toBe("low");
  });

  it("never rises as less is kept", () => {
    const errors = [0.9, 0.7, 0.5, 0.3, 0.1].map((kept) => expectedError(face({ kept })));
    expect(errors).toEqual([...errors].sort((a, b) => a - b));
    expect(errors.at(-1)!).toBeGreaterThan(errors[0]!);
  });
});
