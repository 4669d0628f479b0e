/** Masked faces cut so close that the detectors see hardly more than a forehead. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { ScoredBox } from "./boxes.js";
import { decodePicture } from "./decode.js";
import { detectionModels } from "./detection-models.js";
import { atFirstSight, detectFaces, scoredFaces } from "./detector.js";
import { meanPoint } from "./landmarks68.js";
import { locateLandmarks } from "./locate-landmarks.js";
import { PictureSizes } from "./picture-sizes.js";
import type { RgbPicture } from "./rgb-picture.js";
import { lookAgain, type Looks } from "./second-look.js";
import { Sessions } from "./sessions.js";

const sessions = new Sessions();
let people: RgbPicture;
let faces: { box: ScoredBox; landmarks: Float32Array }[];

beforeAll(async () => {
  const photograph = new URL(
    "../../../node_modules/@vladmandic/face-api/demo/sample1.jpg",
    import.meta.url,
  );
  people = (await decodePicture(await readFile(fileURLToPath(photograph)))).picture;
  const boxes = (await detectFaces(sessions, people, "detection_03")).sort(
    (a, b) => a.left - b.left,
  );
  const landmarks = await locateLandmarks(sessions, people, boxes);
  faces = boxes.map((box, index) => ({ box, landmarks: landmarks[index]! }));
});

/** A mask from the bridge of the nose to below the chin, in parts of the face, from between the eyes. */
const outline: readonly (readonly [number, number])[] = [
  [0, 0.22],
  [0.3, 0.35],
  [0.95, 0.5],
  [0.85, 1.4],
  [0.45, 1.95],
  [0, 2.05],
  [-0.45, 1.95],
  [-0.85, 1.4],
  [-0.95, 0.5],
  [-0.3, 0.35],
];

/** A light cloth from ear to ear, from the nose's bridge over the chin, and nothing of the picture beyond the face. */
async function maskedAndCut(face: (typeof faces)[number]): Promise<RgbPicture> {
  const raw = { width: people.width, height: people.height, channels: 3 } as const;
  const [leftEye, rightEye, chin] = [
    meanPoint(face.landmarks, [36, 37, 38, 39, 40, 41]),
    meanPoint(face.landmarks, [42, 43, 44, 45, 46, 47]),
    meanPoint(face.landmarks, [8]),
  ];
  const [x0, y0] = [(leftEye.x + rightEye.x) / 2, (leftEye.y + rightEye.y) / 2];
  const tilt = Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x);
  const apart = Math.hypot(rightEye.x - leftEye.x, rightEye.y - leftEye.y);
  const unit = Math.max(apart, Math.hypot(chin.x - x0, chin.y - y0) / 1.75);
  const [cos, sin] = [Math.cos(tilt) * unit, Math.sin(tilt) * unit];
  const cloth = outline.map(([u, v]) => [x0 + u * cos - v * sin, y0 + u * sin + v * cos] as const);
  const masked = Uint8Array.from(people.data);
  for (let y = 0; y < raw.height; y++)
    for (let x = 0; x < raw.width; x++)
      if (inside(cloth, x, y)) masked.set([207, 227, 238], (y * raw.width + x) * 3);
  const { left, top, right, bottom } = face.box;
  const height = bottom - top;
  const [x, y] = [Math.round(left + 0.08 * height), Math.round(top + 0.2 * height)];
  const { data, info } = await sharp(masked, { raw })
    .extract({
      left: x,
      top: y,
      width: Math.round(right - 0.08 * height) - x,
      height: Math.round(bottom - 0.1 * height) - y,
    })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Whether a ray to the right crosses the outline an odd number of times. */
function inside(shape: readonly (readonly [number, number])[], x: number, y: number): boolean {
  return shape.reduce((odd, [x0, y0], index) => {
    const [x1, y1] = shape[(index + 1) % shape.length]!;
    return y0 > y !== y1 > y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0) ? !odd : odd;
  }, false);
}

describe("a masked face that fills its picture", () => {
  it("is found", async () => {
    expect(faces).toHaveLength(3);
    // Of the face between them too little is left.
    for (const face of [faces[0]!, faces[2]!]) {
      const picture = await maskedAndCut(face);
      const found = await detectFaces(sessions, picture, "detection_03");
      expect(found).toHaveLength(1);
      const { left, top, right, bottom } = found[0]!;
      expect(right - left).toBeGreaterThan(picture.width * 0.6);
      expect(bottom - top).toBeGreaterThan(picture.height * 0.6);
    }
  });

  it("is found where a closer look places it so that the mesh sees none", async () => {
    const picture = await maskedAndCut(faces[0]!);
    const row = detectionModels.detection_03;
    const glance: Looks["glance"] = async (view, least) =>
      // Sure of what it sees, and the mesh agrees.
      (await scoredFaces(sessions, new PictureSizes(view), atFirstSight(row), least)).map(
        (box) => ({
          ...box,
          score: 0.9,
        }),
      );
    const looks: Looks = {
      threshold: row.secondThreshold,
      glance,
      look: () => Promise.resolve([]),
    };
    const found = await lookAgain(sessions, new PictureSizes(picture), looks);
    expect(found).toHaveLength(1);
  });
});
