/** The whole pipeline on real photographs. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { AnalysisRequest, PictureAnalysis, Point } from "./analysis.js";
import { decodePicture } from "./decode.js";
import { analyzePicture } from "./pipeline.js";
import { Sessions } from "./sessions.js";

const sessions = new Sessions();
const request: AnalysisRequest = {
  detectionModel: "detection_03",
  recognitionModel: "recognition_04",
  landmarks: true,
  attributes: ["headPose"],
  maximumFaces: 100,
};
let photograph: Buffer;
let upright: PictureAnalysis;

const analyze = (file: Uint8Array, asked: AnalysisRequest): Promise<PictureAnalysis> =>
  analyzePicture(sessions, file, asked, decodePicture);

beforeAll(async () => {
  photograph = await readFile(
    fileURLToPath(
      new URL("../../../node_modules/@vladmandic/face-api/demo/sample1.jpg", import.meta.url),
    ),
  );
  upright = await analyze(photograph, request);
});

function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, x, y] = [0, 0, 0];
  a.forEach((value, index) => {
    dot += value * b[index]!;
    x += value * value;
    y += b[index]! * b[index]!;
  });
  return dot / Math.sqrt(x * y);
}

describe.each([90, 180, 270])(
  "a photograph on its side, turned by %i degrees without EXIF",
  (turn) => {
    it("shows the same people, their landmarks turned with them", async () => {
      const file = await sharp(photograph).rotate(turn).jpeg({ quality: 95 }).toBuffer();
      const turned = await analyze(file, request);
      expect(turned.faces.length).toBe(upright.faces.length);
      const { width, height } = upright;
      const there = ({ x, y }: Point): Point =>
        turn === 90
          ? { x: height - y, y: x }
          : turn === 180
            ? { x: width - x, y: height - y }
            : { x: y, y: width - x };
      for (const face of upright.faces) {
        const expected = there(face.landmarks!["noseTip"]!);
        const size = Math.hypot(face.rectangle.width, face.rectangle.height);
        const found = turned.faces.find((other) => {
          const tip = other.landmarks!["noseTip"]!;
          return Math.hypot(tip.x - expected.x, tip.y - expected.y) < size * 0.1;
        });
        expect(found).toBeDefined();
        const pupil = there(face.landmarks!["pupilLeft"]!);
        const own = found!.landmarks!["pupilLeft"]!;
        expect(Math.hypot(own.x - pupil.x, own.y - pupil.y)).toBeLessThan(size * 0.1);
        // The same head, rolled by the turn.
        const roll = found!.attributes!.headPose!.roll - face.attributes!.headPose!.roll - turn;
        expect(Math.abs(((((roll + 180) % 360) + 360) % 360) - 180)).toBeLessThan(15);
        expect(cosine(found!.embedding!, face.embedding!)).toBeGreaterThan(0.7);
      }
    });
  },
);

describe("detection_01", () => {
  it("answers squares around the faces that detection_03 answers taller than wide", async () => {
    const square = await analyze(photograph, {
      ...request,
      detectionModel: "detection_01",
    });
    for (const { rectangle } of square.faces) expect(rectangle.width).toBe(rectangle.height);
    for (const { rectangle } of upright.faces)
      expect(rectangle.height).toBeGreaterThan(rectangle.width);
  });
});

describe("recognition models", () => {
  it("make embeddings of different lengths", async () => {
    const lengths = [];
    for (const recognitionModel of [
      "recognition_01",
      "recognition_02",
      "recognition_03",
      "recognition_04",
    ] as const) {
      const { faces } = await analyze(photograph, {
        ...request,
        landmarks: false,
        recognitionModel,
      });
      lengths.push(faces[0]!.embedding!.length);
    }
    // Three of them tell how faintly they saw the face.
    expect(lengths).toEqual([1025, 128, 513, 833]);
  });
});
