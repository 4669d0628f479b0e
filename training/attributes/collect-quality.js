/**
 * Faces of the half of LFW's people that fits, as they are, spoilt twice and in grey, with what recognition keeps of each:
 * `kept`, the mean cosine of its embeddings to those of the same person's other pictures; of people with one picture,
 * to the unspoilt one, scaled to what other pictures reach. Writes `training/work/quality-0.json` and `.crops`.
 * Usage: node collect-quality.js [EVERY]: one picture in EVERY, for a rehearsal.
 */
import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { degraded, greyscale } from "../../bench/accuracy/dist/degraded-pictures.js";
import { lfwPath, personOf } from "../../bench/accuracy/dist/lfw-data.js";
import { mean } from "../../bench/accuracy/dist/statistics.js";
import { middlemost } from "../../bench/accuracy/dist/subject.js";
import { frameCrop } from "../../packages/vision/dist/alignment.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { detectFaces } from "../../packages/vision/dist/detector.js";
import { embedFaces } from "../../packages/vision/dist/embeddings.js";
import { embeddingNetworks } from "../../packages/vision/dist/embedding-networks.js";
import { locateLandmarks } from "../../packages/vision/dist/locate-landmarks.js";
import { recognitionModels } from "../../packages/vision/dist/recognition-models.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";
import { warpRgb } from "../../packages/vision/dist/warp.js";
import { cropFrames, cropSide, lfwFitFiles, random, work } from "./data.js";

const versions = ["clean", "spoilt", "spoilt again", "grey"];
const sessions = new Sessions();
const model = "recognition_04";
const lengths = recognitionModels[model].networks.map((name) => embeddingNetworks[name].length);
await mkdir(work, { recursive: true });
const crops = createWriteStream(join(work, "quality-0.crops"));
const seen = [];

function shownAs(name, picture, dice) {
  if (name === "clean") return picture;
  return name === "grey" ? greyscale(picture) : degraded(picture, dice());
}

const every = Number(process.argv[2] ?? 1);
for (const file of (await lfwFitFiles()).filter((_, index) => index % every === 0)) {
  const { picture } = await decodePicture(await readFile(lfwPath(file)));
  for (const [version, name] of versions.entries()) {
    const shown = await shownAs(name, picture, () => random(`${file}-${version}`));
    const box = middlemost(await detectFaces(sessions, shown, "detection_03"), shown);
    if (box === undefined) continue;
    const [landmarks] = await locateLandmarks(sessions, shown, [box]);
    const [vector] = await embedFaces(sessions, shown, [landmarks], model);
    const crop = new Uint8Array(cropSide * cropSide * 3);
    warpRgb(shown, frameCrop(landmarks, cropFrames, cropSide), cropSide, crop);
    if (!crops.write(Buffer.from(crop))) await once(crops, "drain");
    seen.push({ file, person: personOf(file), version, vector });
    if (seen.length % 500 === 0) console.log(seen.length);
  }
}
crops.end();
await once(crops, "close");

/** Mean over the networks. */
function cosine(a, b) {
  let [at, sum] = [0, 0];
  for (const length of lengths) {
    for (let k = at; k < at + length; k++) sum += a[k] * b[k];
    at += length;
  }
  return sum / lengths.length;
}
const clean = new Map(seen.filter(({ version }) => version === 0).map((face) => [face.file, face]));
const byPerson = new Map();
for (const face of clean.values())
  byPerson.set(face.person, [...(byPerson.get(face.person) ?? []), face]);
/** Mean cosine to the unspoilt other pictures of the same person, of whom there may be none. */
const toOthers = ({ file, person, vector }) => {
  const others = (byPerson.get(person) ?? []).filter((other) => other.file !== file);
  return others.length === 0
    ? undefined
    : mean(others.map((other) => cosine(vector, other.vector)));
};
const otherPicture = mean([...clean.values()].map(toOthers).filter((c) => c !== undefined));
const rows = seen.map((face) => {
  const own = clean.get(face.file);
  const kept =
    toOthers(face) ??
    (own === undefined || face.version === 0
      ? undefined
      : otherPicture * cosine(face.vector, own.vector));
  return { file: `lfw/${face.file}`, kind: "quality", version: versions[face.version], kept };
});
await writeFile(join(work, "quality-0.json"), JSON.stringify(rows));
console.log("written", rows.length, "mean cosine of two good pictures", otherPicture.toFixed(3));
