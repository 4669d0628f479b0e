/** What an embedding says beside its vectors: how faintly the face was seen. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { RecognitionModelId } from "./analysis.js";
import { decodePicture } from "./decode.js";
import { detectFaces } from "./detector.js";
import { embeddingNetworks } from "./embedding-networks.js";
import { embedFaces } from "./embeddings.js";
import { locateLandmarks } from "./locate-landmarks.js";
import { faintnessOf, recognitionModels } from "./recognition-models.js";
import { Sessions } from "./sessions.js";

const sessions = new Sessions();
const models = Object.keys(recognitionModels) as RecognitionModelId[];
/** Embeddings of the faces of a photograph, by model, in its full size and as from far away. */
let clear: Map<RecognitionModelId, Float32Array[]>;
let far: Map<RecognitionModelId, Float32Array[]>;

async function embeddingsOf(file: Buffer): Promise<Map<RecognitionModelId, Float32Array[]>> {
  const { picture } = await decodePicture(file);
  const boxes = await detectFaces(sessions, picture, "detection_03");
  const landmarks = await locateLandmarks(sessions, picture, boxes);
  const all = new Map<RecognitionModelId, Float32Array[]>();
  for (const id of models) all.set(id, await embedFaces(sessions, picture, landmarks, id));
  return all;
}

beforeAll(async () => {
  const url = "../../../node_modules/@vladmandic/face-api/demo/sample1.jpg";
  const file = await readFile(fileURLToPath(new URL(url, import.meta.url)));
  clear = await embeddingsOf(file);
  // Faces of about 25 pixels, out of focus.
  far = await embeddingsOf(await sharp(file).resize(170).blur(1).png().toBuffer());
});

describe("embeddings", () => {
  it.each(models)("of %s are unit vectors and, where the model asks, a number more", (id) => {
    const { networks, faintness } = recognitionModels[id];
    expect(clear.get(id)!.length).toBeGreaterThan(1);
    for (const embedding of clear.get(id)!) {
      let at = 0;
      for (const name of networks) {
        const { length } = embeddingNetworks[name];
        expect(Math.hypot(...embedding.subarray(at, at + length))).toBeCloseTo(1, 4);
        at += length;
      }
      expect(embedding).toHaveLength(at + (faintness === undefined ? 0 : 1));
    }
  });

  it.each(models.filter((id) => recognitionModels[id].faintness !== undefined))(
    "of %s tell faces that were seen faintly from clear ones",
    (id) => {
      expect(far.get(id)!.length).toBeGreaterThan(1);
      const faintest = Math.max(...clear.get(id)!.map((embedding) => embedding.at(-1)!));
      for (const embedding of far.get(id)!) expect(embedding.at(-1)).toBeGreaterThan(faintest);
    },
  );
});

describe("faintness", () => {
  const row = { network: "fr", clearFrom: 1.1, weight: 20 } as const;
  it("is what a vector's length lacks, on a logarithmic scale, and never less than nothing", () => {
    expect(faintnessOf(Math.exp(0.6), row)).toBeCloseTo(0.5, 6);
    expect(faintnessOf(Math.exp(1.1), row)).toBeCloseTo(0, 6);
    expect(faintnessOf(9, row)).toBe(0);
    // Nothing was seen, and its vector is like nobody's.
    expect(faintnessOf(0, row)).toBe(0);
  });
});
