/**
 * The vectors that `children.py` works on: of the portraits that the service answered, of all people under eighteen and of
 * every third older one.
 * Usage: node training/recognition/collect-children.js FOLDER [EVERY]
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import { heldOut, readServiceAnswers } from "../../bench/accuracy/dist/face-geometry.js";
import { networkVectors } from "../../bench/accuracy/dist/lfw-embeddings.js";
import { progress } from "../../bench/accuracy/dist/progress.js";
import { boxOf, sameFace } from "../../bench/accuracy/dist/subject.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { detectFaces } from "../../packages/vision/dist/detector.js";
import { locateLandmarks } from "../../packages/vision/dist/locate-landmarks.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";

const [folder, every = "1"] = process.argv.slice(2);
const networks = ["fr", "mfn", "dlib", "faceres"];
const sessions = new Sessions();
const faces = [];
const vectors = [];
const portraits = (await readServiceAnswers())
  .filter(({ drawnMask }) => drawnMask === null)
  .filter(({ faceAttributes }, index) => faceAttributes.age < 18 || index % 3 === 0)
  .filter((_, index) => index % Number(every) === 0);
const report = progress("portraits", portraits.length);
for (const { file, faceRectangle, faceAttributes } of portraits) {
  report();
  const { picture } = await decodePicture(
    await readFile(join(dataFolder, "service-answers", file)),
  );
  const found = await detectFaces(sessions, picture, "detection_03");
  const box = sameFace(found, boxOf(faceRectangle), 0.3);
  if (box === undefined) continue;
  const landmarks = await locateLandmarks(sessions, picture, [box]);
  const [own] = await networkVectors(sessions, picture, landmarks, networks);
  faces.push({ age: faceAttributes.age, reported: heldOut(file) });
  vectors.push(...networks.map((name) => own[name]));
}
const widths = networks.map((_, index) => vectors[index].length);
await mkdir(folder, { recursive: true });
await writeFile(join(folder, "children.json"), JSON.stringify({ networks, widths, faces }));
await writeFile(
  join(folder, "children.f32"),
  Buffer.concat(vectors.map((v) => Buffer.from(v.buffer, v.byteOffset, v.byteLength))),
);
