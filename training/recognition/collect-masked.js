/**
 * The vectors that `masks.py` works on: of LFW's subjects, as they are and with a mask drawn over nose and mouth. What is drawn
 * on the half of the people that is reported comes from other pictures of masks, and other cloth, than on the half that fits.
 * Usage: node training/recognition/collect-masked.js FOLDER [EVERY]
 */
import { readFile } from "node:fs/promises";
import {
  halfOf,
  lfwPath,
  personOf,
  picturesOf,
  readPairs,
} from "../../bench/accuracy/dist/lfw-data.js";
import { networkVectors } from "../../bench/accuracy/dist/lfw-embeddings.js";
import { straightMasks } from "../../bench/accuracy/dist/masked-faces.js";
import { progress } from "../../bench/accuracy/dist/progress.js";
import { groupBy, seededRandom } from "../../bench/accuracy/dist/statistics.js";
import { middlemost } from "../../bench/accuracy/dist/subject.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { detectFaces } from "../../packages/vision/dist/detector.js";
import { locateLandmarks } from "../../packages/vision/dist/locate-landmarks.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";
import { loadTemplates, useTextures, wearMask } from "../attributes/occluders.js";
import { thingPatches } from "../attributes/patches.js";
import { models, networks, writeOfNetworks } from "./collected.js";

const [folder, every = "1"] = process.argv.slice(2);
const mostOfOnePerson = 3;
const heights = ["full", "full", "full", "noseAndMouth"];
const sessions = new Sessions();
const random = seededRandom(7);
const faces = [];
const vectors = [];

async function subjectOf(picture) {
  const box = middlemost(await detectFaces(sessions, picture, "detection_03"), picture);
  return box === undefined ? undefined : await locateLandmarks(sessions, picture, [box]);
}

async function add(face, picture, landmarks) {
  const [own] = await networkVectors(sessions, picture, landmarks, networks);
  faces.push({ ...face, lengths: networks.map((name) => own.lengths[name]) });
  vectors.push(...networks.map((name) => own[name]));
}

const templates = await loadTemplates(await straightMasks());
const people = groupBy(picturesOf(await readPairs()), personOf);
const files = [...people.values()]
  .filter(({ length }) => length > 1)
  .filter((_, index) => index % Number(every) === 0)
  .flatMap((own) => own.slice(0, mostOfOnePerson));
const report = progress("masked faces", files.length);
for (const half of [0, 1]) {
  useTextures({ things: await thingPatches(half === 0 ? "train" : "val"), skins: [] });
  const own = templates.filter((_, index) => index % 2 === half);
  for (const file of files.filter((name) => halfOf(personOf(name)) === half)) {
    report();
    const { picture } = await decodePicture(await readFile(lfwPath(file)));
    const landmarks = await subjectOf(picture);
    if (landmarks === undefined) continue;
    const face = { half, file, person: personOf(file) };
    await add({ ...face, kind: "bare" }, picture, landmarks);
    const height = heights[Math.floor(random() * heights.length)];
    const masked = (await wearMask(picture, landmarks[0], random, own, height)).picture;
    const again = await subjectOf(masked);
    if (again !== undefined) await add({ ...face, kind: "masked" }, masked, again);
  }
}
await writeOfNetworks(folder, "masked", { models, faces }, vectors);
