/** The network in the runtime against PyTorch, and on a photograph of people. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { modelPath } from "@mien/models/registry";
import { beforeAll, describe, expect, it } from "vitest";
import type { AttributeName, FaceAttributes } from "../analysis.js";
import { decodePicture } from "../decode.js";
import { analyzePicture } from "../pipeline.js";
import { floats, type Outputs, Sessions } from "../sessions.js";
import { attributeSide } from "./network.js";
import { attributeTable } from "./registry.js";
import { retiredFeatureLength } from "./retired-features.js";

const sessions = new Sessions();

/** What the training's own language answered for inputs that any language can make. */
async function expectReference(key: string, outputs: Outputs, tolerance: number): Promise<void> {
  const path = modelPath(key).replace(".onnx", "-reference.json");
  const reference = JSON.parse(await readFile(path, "utf8")) as Record<string, number[][]>;
  expect(Object.keys(reference).sort()).toEqual(Object.keys(outputs).sort());
  for (const [name, rows] of Object.entries(reference)) {
    const values = [...floats(outputs, name)];
    expect(values.length, name).toBe(rows.flat().length);
    rows.flat().forEach((expected, k) => {
      expect(Math.abs(values[k]! - expected), `${name} ${k}`).toBeLessThan(tolerance);
    });
  }
}

describe("the exported networks", () => {
  it("answer what PyTorch answered when the attribute network was written", async () => {
    const plane = attributeSide * attributeSide;
    const input = new Float32Array(2 * 3 * plane);
    // As `pattern` in training/attributes/export.py.
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < attributeSide; y++)
        for (let x = 0; x < attributeSide; x++) {
          const at = c * plane + y * attributeSide + x;
          input[at] = (x * 7 + y * 13 + c * 29 + ((x * y) % 31) * 3) % 256;
          input[3 * plane + at] = 60 + x + c * 10 - Math.floor(y / 4);
        }
    const shape = [2, 3, attributeSide, attributeSide];
    await expectReference("attributes", await sessions.run("attributes", input, shape), 2e-4);
  });

  it("answer what NumPy answered when the heads of the retired attributes were written", async () => {
    // As `pattern` in training/attributes/retired.py.
    const tones = 192;
    const input = Float32Array.from({ length: 2 * retiredFeatureLength }, (_, at) => {
      const k = at % retiredFeatureLength;
      const step = at < retiredFeatureLength ? 37 : 53;
      return k < retiredFeatureLength - tones ? ((k * step) % 101) / 100 : ((k * step) % 97) - 20;
    });
    const shape = [2, retiredFeatureLength];
    const outputs = await sessions.run("attributes-retired", input, shape);
    await expectReference("attributes-retired", outputs, 2e-4);
  });
});

describe("a photograph of three women", () => {
  let faces: FaceAttributes[];
  beforeAll(async () => {
    const photograph = await readFile(
      fileURLToPath(
        new URL("../../../../node_modules/@vladmandic/face-api/demo/sample1.jpg", import.meta.url),
      ),
    );
    const analysis = await analyzePicture(
      sessions,
      photograph,
      {
        detectionModel: "detection_03",
        recognitionModel: "recognition_04",
        landmarks: false,
        attributes: Object.keys(attributeTable) as AttributeName[],
        maximumFaces: 100,
      },
      decodePicture,
    );
    faces = analysis.faces.map(({ attributes }) => attributes!);
  });

  it("answers every attribute of every face, none constant", () => {
    for (const face of faces)
      expect(Object.keys(face).sort()).toEqual(Object.keys(attributeTable).sort());
    for (const name of ["age", "smile", "exposure", "hair"] as const)
      expect(new Set(faces.map((face) => JSON.stringify(face[name]))).size).toBeGreaterThan(2);
  });

  it("tells their hair apart, and that none has a beard or is bald", () => {
    // Largest first: fair hair and a laugh, black hair, brown hair.
    const confidence = (face: number, wanted: string): number =>
      faces[face]!.hair!.hairColor.find(({ color }) => color === wanted)!.confidence;
    expect(faces.map(({ hair }) => hair!.hairColor[0]!.color)[0]).toBe("blond");
    expect(confidence(1, "black") - confidence(1, "blond")).toBeGreaterThan(0.5);
    expect(confidence(2, "brown") - confidence(2, "black")).toBeGreaterThan(0.2);
    expect(faces[0]!.smile).toBeGreaterThan(0.9);
    for (const { hair, facialHair } of faces) {
      expect(hair!.bald).toBeLessThan(0.5);
      expect(Math.max(...Object.values(facialHair!))).toBeLessThan(0.2);
    }
  });

  it("sees no mask, nothing covered and no headwear", () => {
    for (const face of faces) {
      expect(face.mask).toEqual({ type: "noMask", noseAndMouthCovered: false });
      expect(face.occlusion).toMatchObject({ eyeOccluded: false, mouthOccluded: false });
    }
  });
});
