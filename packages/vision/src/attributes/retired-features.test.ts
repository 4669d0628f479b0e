/** What the heads of the retired attributes read, on a photograph of people. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { decodePicture } from "../decode.js";
import { detectFaces } from "../detector.js";
import { embeddingNetworks } from "../embedding-networks.js";
import { embedWith } from "../embeddings.js";
import { locateLandmarks } from "../locate-landmarks.js";
import type { RgbPicture } from "../rgb-picture.js";
import { Sessions } from "../sessions.js";
import { retiredFeatureLength, retiredFeatures } from "./retired-features.js";
import { toneLength } from "./tones.js";

const sessions = new Sessions();
let picture: RgbPicture;
let landmarks: Float32Array[];

async function featuresOf(sets: readonly Float32Array[]): Promise<Float32Array[]> {
  const faces: Float32Array[] = [];
  for await (const { size, vectors } of retiredFeatures(sessions, picture, sets))
    for (let i = 0; i < size; i++)
      faces.push(vectors.slice(i * retiredFeatureLength, (i + 1) * retiredFeatureLength));
  return faces;
}

beforeAll(async () => {
  const url = "../../../../node_modules/@vladmandic/face-api/demo/sample1.jpg";
  const file = await readFile(fileURLToPath(new URL(url, import.meta.url)));
  ({ picture } = await decodePicture(file));
  const boxes = await detectFaces(sessions, picture, "detection_03");
  landmarks = await locateLandmarks(sessions, picture, boxes);
});

describe("features of the retired attributes", () => {
  it("begin with what recognition knows of the face, from the same crop", async () => {
    const { length } = embeddingNetworks.mfn;
    const known = await embedWith(sessions, picture, landmarks, [embeddingNetworks.mfn]);
    const features = await featuresOf(landmarks);
    expect(features.length).toBeGreaterThan(2);
    expect(features).toHaveLength(landmarks.length);
    features.forEach((face, index) => {
      const own = face.subarray(0, length);
      const norm = Math.hypot(...own);
      const cosine = own.reduce(
        (sum, value, k) => sum + (value / norm) * known[index]!.vectors[k]!,
        0,
      );
      expect(cosine).toBeGreaterThan(0.9999);
    });
  });

  it("are a face's own, however many are seen with it", async () => {
    const together = await featuresOf(landmarks);
    for (const index of [0, 2, landmarks.length - 1]) {
      const [alone] = await featuresOf([landmarks[index]!]);
      const worst = Math.max(
        ...alone!.map((value, k) => Math.abs(value - together[index]![k]!) / (1 + Math.abs(value))),
      );
      expect(worst).toBeLessThan(1e-3);
    }
  });

  it("end with tones: lightness up to 100, colours that change from part to part", async () => {
    for (const face of await featuresOf(landmarks)) {
      const tones = face.subarray(-toneLength);
      const lightness = tones.filter((_, k) => k % 3 === 0);
      expect(Math.min(...lightness)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...lightness)).toBeLessThanOrEqual(100);
      expect(new Set(tones).size).toBeGreaterThan(toneLength / 2);
    }
  });
});
