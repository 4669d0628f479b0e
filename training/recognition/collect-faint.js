/**
 * The vectors that `faintness.py` works on, with their lengths: of WIDER's faces, of LFW's subjects, and of the same far away
 * and blurred.
 * Usage: node training/recognition/collect-faint.js FOLDER [EVERY]
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import {
  halfOf,
  lfwPath,
  personOf,
  picturesOf,
  readPairs,
} from "../../bench/accuracy/dist/lfw-data.js";
import { networkVectors } from "../../bench/accuracy/dist/lfw-embeddings.js";
import { toSharp } from "../../bench/accuracy/dist/raw-pictures.js";
import { groupBy, seededRandom } from "../../bench/accuracy/dist/statistics.js";
import { middlemost } from "../../bench/accuracy/dist/subject.js";
import { readWiderTruth } from "../../bench/accuracy/dist/wider.js";
import { longerSide } from "../../packages/vision/dist/boxes.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { detectFaces } from "../../packages/vision/dist/detector.js";
import { locateLandmarks } from "../../packages/vision/dist/locate-landmarks.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";
import { models, networks, writeOfNetworks } from "./collected.js";

const [folder, every = "1"] = process.argv.slice(2);
const mostOfOnePhotograph = 12;
const mostOfOnePerson = 3;
/** Heights of faces that are far away, pixels. */
const [nearest, farthest] = [50, 13];
const sessions = new Sessions();
const random = seededRandom(5);
const faces = [];
const vectors = [];

async function add(face, picture, boxes) {
  const landmarks = await locateLandmarks(sessions, picture, boxes);
  const seen = await networkVectors(sessions, picture, landmarks, networks);
  for (const [index, box] of boxes.entries()) {
    const own = seen[index];
    const lengths = networks.map((name) => own.lengths[name]);
    faces.push({ ...face, side: longerSide(box), lengths });
    vectors.push(...networks.map((name) => own[name]));
  }
}

async function farAway(picture, height) {
  const scale = (farthest * (nearest / farthest) ** random()) / height;
  const small = await toSharp(picture)
    .resize(Math.round(picture.width * scale), Math.round(picture.height * scale))
    .png()
    .toBuffer();
  const sigma = 1.2 * random();
  const blurred = sigma < 0.3 ? sharp(small) : sharp(small).blur(sigma);
  // A face alone in a picture of its size is another question.
  const around = { top: 40, bottom: 40, left: 40, right: 40, background: "#777788" };
  const quality = 60 + Math.floor(35 * random());
  return (await decodePicture(await blurred.extend(around).jpeg({ quality }).toBuffer())).picture;
}

const some = (_, index) => index % Number(every) === 0;
// Of the training half fewer: it only helps to fit.
const photographs = Object.keys(await readWiderTruth()).filter(
  (file, index) => file.startsWith("val/") || index % 5 === 0,
);
for (const file of photographs.filter(some)) {
  const { picture } = await decodePicture(await readFile(join(dataFolder, "wider", file)));
  const boxes = await detectFaces(sessions, picture, "detection_03");
  const face = { kind: "wider", half: file.startsWith("val/") ? 1 : 0, file, person: file };
  await add(face, picture, boxes.slice(0, mostOfOnePhotograph));
}
const people = groupBy(picturesOf(await readPairs()), personOf);
const files = [...people.values()]
  .filter(({ length }) => length > 1)
  .flatMap((own) => own.slice(0, mostOfOnePerson));
for (const file of files.filter(some)) {
  const { picture } = await decodePicture(await readFile(lfwPath(file)));
  const box = middlemost(await detectFaces(sessions, picture, "detection_03"), picture);
  if (box === undefined) continue;
  const person = personOf(file);
  await add({ kind: "clear", half: halfOf(person), file, person }, picture, [box]);
  const small = await farAway(picture, box.bottom - box.top);
  const again = middlemost(await detectFaces(sessions, small, "detection_03"), small);
  if (again !== undefined)
    await add({ kind: "far", half: halfOf(person), file, person }, small, [again]);
}
await writeOfNetworks(folder, "faint", { models, faces }, vectors);
