/**
 * Runs Mien's own pipeline over the portraits and what is drawn on them, and writes what the heads are trained on:
 * `training/work/attributes-NAME.{json,features,crops}`. Usage: node collect.js PART OF, to share the work.
 */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  attributeCrops,
  attributeFeatures,
} from "../../packages/vision/dist/attributes/features.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { pictureFormat } from "../../packages/vision/dist/picture-format.js";
import { detectFaces } from "../../packages/vision/dist/detector.js";
import { locateLandmarks } from "../../packages/vision/dist/locate-landmarks.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";
import { warpRgb } from "../../packages/vision/dist/warp.js";
import {
  coverEyes,
  coverForehead,
  coverMouth,
  heightNames,
  loadTemplates,
  wearGoggles,
  wearMask,
} from "./occluders.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const data = process.env.MIEN_BENCH_DATA ?? join(root, "../shared/data");
const work = join(root, "training/work");
const [part, of] = (process.argv.slice(2).length === 2 ? process.argv.slice(2) : ["0", "1"]).map(
  Number,
);
const cropSide = 128;

function random(name) {
  let state = createHash("sha256").update(name).digest().readUInt32LE(0) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

const sessions = new Sessions();
const name = `attributes-${part}`;
await mkdir(work, { recursive: true });
const features = createWriteStream(join(work, `${name}.features`));
const crops = createWriteStream(join(work, `${name}.crops`));
const rows = [];

async function write(stream, bytes) {
  if (!stream.write(bytes)) await once(stream, "drain");
}

/** The face that lies where the truth says, or the largest. */
async function subject(picture, near) {
  const boxes = await detectFaces(sessions, picture, "detection_03");
  const middle = near ?? { x: picture.width / 2, y: picture.height / 2 };
  const distance = (box) =>
    Math.hypot((box.left + box.right) / 2 - middle.x, (box.top + box.bottom) / 2 - middle.y) /
    (box.right - box.left);
  return boxes.sort((a, b) => distance(a) - distance(b)).find((box) => distance(box) < 1);
}

async function record(picture, row, box) {
  const found = box ?? (await subject(picture, row.near));
  if (found === undefined) return undefined;
  const [landmarks] = await locateLandmarks(sessions, picture, [found]);
  const [vector] = await attributeFeatures(sessions, picture, [landmarks]);
  await write(features, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength));
  const crop = new Uint8Array(cropSide * cropSide * 3);
  warpRgb(picture, attributeCrops[1].map(landmarks, cropSide), cropSide, crop);
  await write(crops, Buffer.from(crop));
  const kept = { ...row };
  delete kept.near;
  rows.push({
    ...kept,
    box: [found.left, found.top, found.right, found.bottom],
    landmarks: Array.from(landmarks, (v) => Math.round(v * 10) / 10),
  });
  return { landmarks, box: found };
}

const templates = await loadTemplates(
  (await readdir(join(data, "masks/templates")))
    .filter((file) => !file.startsWith("gas") && !/_(left|right)/.test(file))
    .map((file) => join(data, "masks/templates", file)),
);
const mine = (_, index) => index % of === part;
const answers = (await readFile(join(data, "service-answers/answers.jsonl"), "utf8"))
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line))
  .filter(mine);
let done = 0;
for (const answer of answers) {
  const { picture } = await decodePicture(
    await readFile(join(data, "service-answers", answer.file)),
  );
  const { left, top, width, height } = answer.faceRectangle;
  const near = { x: left + width / 2, y: top + height / 2 };
  const dice = random(answer.file);
  const seen = await record(picture, {
    file: answer.file,
    kind: answer.drawnMask ? "drawnMask" : "plain",
    near,
    answer,
  });
  if (++done % 200 === 0) console.log(part, done, answers.length, rows.length);
  if (seen === undefined || answer.drawnMask) continue;
  const { landmarks } = seen;
  const versions = [
    ["mouth", coverMouth],
    ["eyes", coverEyes],
    ["forehead", coverForehead],
    ["goggles", wearGoggles],
  ];
  const [kind, draw] = versions[Math.floor(dice() * 4)];
  const covered = await draw(picture, landmarks, dice);
  await record(covered.picture, { file: answer.file, kind, near, answer, truth: covered.truth });
  const height_ = heightNames[Math.floor(dice() * 4)];
  const masked = await wearMask(picture, landmarks, dice, templates, height_);
  await record(masked.picture, {
    file: answer.file,
    kind: `mask-${height_}`,
    near,
    answer,
    truth: masked.truth,
  });
  if (dice() < 0.35) {
    const again = await coverMouth(picture, landmarks, dice);
    await record(again.picture, {
      file: answer.file,
      kind: "mouth",
      near,
      answer,
      truth: again.truth,
    });
  }
}
for (const folder of ["with_mask", "without_mask"]) {
  const files = (await readdir(join(data, "masks", folder))).sort().filter(mine);
  for (const file of files) {
    const bytes = await readFile(join(data, "masks", folder, file));
    if (pictureFormat(bytes) === undefined) continue; // a few are of formats that the contract does not know
    const { picture } = await decodePicture(bytes);
    await record(picture, {
      file: `${folder}/${file}`,
      kind: "real",
      truth:
        folder === "with_mask"
          ? { mask: "faceMask", masked: true }
          : { mask: "noMask", noseAndMouthCovered: false },
    });
  }
  console.log(part, folder, rows.length);
}
features.end();
crops.end();
await Promise.all([once(features, "close"), once(crops, "close")]);
await writeFile(join(work, `${name}.json`), JSON.stringify(rows));
console.log(part, "written", rows.length);
