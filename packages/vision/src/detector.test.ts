/** Where the detectors' networks look, on real photographs. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { beforeAll, expect, it } from "vitest";
import { overlap, type ScoredBox } from "./boxes.js";
import { candidatesOf } from "./candidates.js";
import { decodePicture } from "./decode.js";
import { type DetectionModel, detectionModels } from "./detection-models.js";
import { detectFaces, facesFrom, scoredFaces, weighedFaces } from "./detector.js";
import { PictureSizes } from "./picture-sizes.js";
import { resizedPicture } from "./resized-picture.js";
import type { RgbPicture } from "./rgb-picture.js";
import { lookAgain, type Looks } from "./second-look.js";
import { turned } from "./turned-picture.js";
import { type ModelInput, type Outputs, Sessions } from "./sessions.js";

/** Counts the tiles that P-Net sees, and the boxes that O-Net and MoveNet see. */
class CountingSessions extends Sessions {
  tiles = 0;
  judged = 0;
  bodies = 0;

  override run(key: string, input: ModelInput, shape: readonly number[]): Promise<Outputs> {
    if (key === "pnet") this.tiles += shape[0]!;
    if (key === "body") this.bodies += shape[0]!;
    if (key === "onet") this.judged += shape[0]!;
    return super.run(key, input, shape);
  }
}

const sessions = new CountingSessions();
const pictures: RgbPicture[] = [];

beforeAll(async () => {
  const folder = dirname(
    createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json"),
  );
  for (const number of [1, 2, 3, 4, 5, 6]) {
    const file = await readFile(join(folder, `demo/sample${number}.jpg`));
    pictures.push((await decodePicture(file)).picture);
  }
});

/** The faces of all photographs, and how many tiles P-Net saw. */
async function facesBy(
  model: DetectionModel,
): Promise<{ readonly faces: ScoredBox[][]; readonly tiles: number }> {
  const before = sessions.tiles;
  const faces: ScoredBox[][] = [];
  for (const picture of pictures)
    faces.push(await scoredFaces(sessions, new PictureSizes(picture), model, model.threshold));
  return { faces, tiles: sessions.tiles - before };
}

function withLeastImpression(model: DetectionModel, leastImpression: number): DetectionModel {
  return { ...model, mtcnn: { ...model.mtcnn!, leastImpression } };
}

it("leaves to MTCNN what UltraFace and O-Net are in doubt about, and finds the same faces", async () => {
  const { detection_03: row } = detectionModels;
  const everywhere = await facesBy(withLeastImpression(row, 0));
  const inDoubt = await facesBy(row);
  const nowhere = await facesBy(withLeastImpression(row, 1));
  expect(nowhere.tiles).toBe(0);
  expect(inDoubt.tiles).toBeGreaterThan(0);
  expect(inDoubt.tiles).toBeLessThan(everywhere.tiles / 2);
  for (const [index, faces] of everywhere.faces.entries()) {
    expect(inDoubt.faces[index]).toHaveLength(faces.length);
    for (const face of faces)
      expect(inDoubt.faces[index]!.some((other) => overlap(face, other) > 0.8)).toBe(true);
  }
});

it("lets MTCNN look near everything that UltraFace proposes where the model says so", async () => {
  const { detection_02: row } = detectionModels;
  expect(row.mtcnn?.leastImpression).toBe(0);
  const asItIs = await facesBy(row);
  const inDoubt = await facesBy(withLeastImpression(row, 0.05));
  expect(asItIs.tiles).toBeGreaterThan(inDoubt.tiles);
});

it("lets O-Net look again at boxes in doubt, and at no others", async () => {
  let [again, once] = [0, 0];
  for (const picture of pictures) {
    const before = sessions.judged;
    const candidates = await candidatesOf(
      sessions,
      new PictureSizes(picture),
      detectionModels.detection_01,
    );
    once += candidates.length;
    again += sessions.judged - before - candidates.length;
  }
  expect(again).toBeGreaterThan(0);
  expect(again).toBeLessThan(once / 2);
});

it("keeps the score of a face that UltraFace is sure of, whether MTCNN is asked elsewhere or not", async () => {
  const { faces } = await facesBy(detectionModels.detection_03);
  const best = faces.map(([face]) => face!.score);
  expect(Math.min(...best)).toBeGreaterThan(0.98);
});

/** How often MoveNet is asked. */
async function bodiesAskedBy(look: () => Promise<unknown>): Promise<number> {
  const before = sessions.bodies;
  await look();
  return sessions.bodies - before;
}

it("asks of bodies in doubtful boxes for detection_02 and detection_03, and of none for the fastest", async () => {
  const { detection_01, detection_02, detection_03 } = detectionModels;
  expect(await bodiesAskedBy(() => facesBy(detection_01))).toBe(0);
  for (const model of [detection_02, detection_03])
    expect(await bodiesAskedBy(() => facesBy(model))).toBeGreaterThan(0);
});

/** Five faces too small to be left to the mesh. */
function smallAndLying(): RgbPicture {
  const { width, height } = pictures[4]!;
  return turned(resizedPicture(pictures[4]!, 400, Math.round((height * 400) / width)), 1);
}

/** Sees a nose everywhere. */
class EagerBodies extends Sessions {
  override run(key: string, input: ModelInput, shape: readonly number[]): Promise<Outputs> {
    if (key !== "body") return super.run(key, input, shape);
    const data = new Float32Array(48 * 48 * 17).map((_, index) => (index % 17 === 0 ? 7 : -7));
    return Promise.resolve({ joints: { data } });
  }
}

it("looks at the other sides of a picture whose faces the bodies alone have made", async () => {
  const lying = smallAndLying();
  const { detection_03 } = detectionModels;
  const sizes = new PictureSizes(lying);
  const weighed = await weighedFaces(sessions, sizes, detection_03);
  expect(weighed.every(({ score }) => score < detection_03.threshold)).toBe(true);
  const eager = new EagerBodies();
  expect(await scoredFaces(eager, sizes, detection_03, detection_03.threshold)).not.toHaveLength(0);
  const found = await detectFaces(eager, lying, "detection_03");
  expect(found).toHaveLength(5);
  expect(found).toEqual(await detectFaces(sessions, lying, "detection_03"));
});

it("hears of bodies as the picture came, and of none when it looks at its other sides", async () => {
  const lying = smallAndLying();
  const once = await bodiesAskedBy(() =>
    scoredFaces(sessions, new PictureSizes(lying), detectionModels.detection_02, 0),
  );
  expect(once).toBeGreaterThan(0);
  expect(await bodiesAskedBy(() => detectFaces(sessions, lying, "detection_02"))).toBe(once);
});

it("answers a face once that two lots of boxes have moved to", () => {
  const first = { left: 0, top: 0, right: 100, bottom: 100, score: 0.6 };
  const again = { left: 33, top: 0, right: 133, bottom: 100, score: 0.9 };
  const beside = { left: 50, top: 0, right: 150, bottom: 100, score: 0.7 };
  expect(overlap(first, again)).toBeGreaterThan(0.45);
  expect(overlap(first, beside)).toBeLessThan(0.45);
  expect(facesFrom([first, again], 0.5)).toEqual([again]);
  expect(facesFrom([first, beside], 0.5)).toEqual([beside, first]);
  expect(facesFrom([first, again], 0.7)).toEqual([again]);
});

/** Squares of 256 pixels around the faces of all photographs that have room enough about them. */
async function portraits(): Promise<Buffer[]> {
  const cut: Buffer[] = [];
  for (const { data, width, height } of pictures) {
    const raw = { width, height, channels: 3 } as const;
    for (const face of await detectFaces(sessions, { data, width, height }, "detection_03")) {
      const tall = face.bottom - face.top;
      const side = Math.round(1.8 * tall);
      const left = Math.round((face.left + face.right - side) / 2);
      const top = Math.round((face.top + face.bottom - side) / 2);
      if (tall < 100 || Math.min(left, top, width - left - side, height - top - side) < 0) continue;
      const square = sharp(data, { raw }).extract({ left, top, width: side, height: side });
      cut.push(await square.resize(256).png().toBuffer());
    }
  }
  return cut;
}

it("keeps those who stand beside others who lie", async () => {
  const all = await portraits();
  for (const first of [5, 7, 13]) {
    const row = all.slice(first, first + 4);
    const [standing, ...lying] = row;
    const turnedOnes = await Promise.all(
      lying.map((portrait) => sharp(portrait).rotate(90).png().toBuffer()),
    );
    const collage = await sharp({
      create: { width: 1240, height: 300, channels: 3, background: "#998877" },
    })
      .composite(
        [standing!, ...turnedOnes].map((input, index) => ({
          input,
          left: 20 + 300 * index,
          top: 20,
        })),
      )
      .png()
      .toBuffer();
    const { picture } = await decodePicture(collage);
    for (const model of ["detection_01", "detection_03"] as const) {
      const found = await detectFaces(sessions, picture, model);
      const columns = found.map(({ left, right }) => Math.floor((left + right) / 2 / 300));
      expect(columns.sort(), `${model}, from portrait ${first}`).toEqual([0, 1, 2, 3]);
    }
  }
});

it("keeps those who lie on different sides where each view shows its own only", async () => {
  const all = await portraits();
  const [left, right] = await Promise.all([
    sharp(all[11]).rotate(90).png().toBuffer(),
    sharp(all[12]).rotate(270).png().toBuffer(),
  ]);
  const collage = await sharp({
    create: { width: 600, height: 300, channels: 3, background: "#998877" },
  })
    .composite([
      { input: left, left: 20, top: 20 },
      { input: right, left: 320, top: 20 },
    ])
    .png()
    .toBuffer();
  const { picture } = await decodePicture(collage);
  const row = detectionModels.detection_03;
  // Blind for those who are not upright.
  const look: Looks["look"] = async (view) => {
    const boxes = await weighedFaces(sessions, new PictureSizes(view), row);
    return facesFrom(boxes, 0.98);
  };
  const looks: Looks = { threshold: row.secondThreshold, glance: look, look };
  const found = await lookAgain(sessions, new PictureSizes(picture), looks);
  const columns = found.map((face) => Math.floor((face.left + face.right) / 2 / 300));
  expect(columns.sort()).toEqual([0, 1]);
});
