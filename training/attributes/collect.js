/**
 * Runs Mien's own pipeline over the pictures and what is drawn on them, and writes what the network is trained on:
 * `training/work/attributes-NAME.json`, one row a face, and `.crops`, its aligned crop, wider than the network's by the
 * room that augmentation needs. Usage: node collect.js PART OF, to share the work; with a third word, `sunglasses`,
 * only portraits and LFW's faces in drawn sunglasses, into files of that name.
 */
import { createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import { heldOut, readServiceAnswers } from "../../bench/accuracy/dist/face-geometry.js";
import { lfwPath } from "../../bench/accuracy/dist/lfw-data.js";
import { frameCrop } from "../../packages/vision/dist/alignment.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { pictureFormat } from "../../packages/vision/dist/picture-format.js";
import { detectFaces } from "../../packages/vision/dist/detector.js";
import { locateLandmarks } from "../../packages/vision/dist/locate-landmarks.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";
import { warpRgb } from "../../packages/vision/dist/warp.js";
import { cropFrames, cropSide, lfwFitFiles, random, work } from "./data.js";
import {
  coverEyes,
  coverForehead,
  coverMouth,
  heightNames,
  loadTemplates,
  useTextures,
  wearGoggles,
  wearMask,
  wearSunglasses,
} from "./occluders.js";
import { skinPatches, thingPatches } from "./patches.js";

const part = Number(process.argv[2] ?? 0);
const of = Number(process.argv[3] ?? 1);
const onlySunglasses = process.argv[4] === "sunglasses";

const sessions = new Sessions();
const name = `${onlySunglasses ? "sunglasses" : "attributes"}-${part}`;
await mkdir(work, { recursive: true });
const crops = createWriteStream(join(work, `${name}.crops`));
const rows = [];

/** The face that lies where the truth says, or the one nearest the middle. */
async function subject(picture, near) {
  const boxes = await detectFaces(sessions, picture, "detection_03");
  const middle = near ?? { x: picture.width / 2, y: picture.height / 2 };
  const distance = (box) =>
    Math.hypot((box.left + box.right) / 2 - middle.x, (box.top + box.bottom) / 2 - middle.y) /
    (box.right - box.left);
  return boxes.sort((a, b) => distance(a) - distance(b)).find((box) => distance(box) < 1);
}

async function record(picture, row, near) {
  const found = await subject(picture, near);
  if (found === undefined) return undefined;
  const [landmarks] = await locateLandmarks(sessions, picture, [found]);
  if (onlySunglasses && row.kind !== "sunglasses") return landmarks;
  const crop = new Uint8Array(cropSide * cropSide * 3);
  warpRgb(picture, frameCrop(landmarks, cropFrames, cropSide), cropSide, crop);
  if (!crops.write(Buffer.from(crop))) await once(crops, "drain");
  rows.push(row);
  return landmarks;
}

const templates = await loadTemplates(
  (await readdir(join(dataFolder, "masks/templates")))
    .filter((file) => !file.startsWith("gas") && !/_(left|right)/.test(file))
    .map((file) => join(dataFolder, "masks/templates", file)),
);
const answers = await readServiceAnswers();
// What is drawn on pictures that report must not hold patches of those that train, nor the other way round.
const things = await Promise.all(["train", "val"].map((half) => thingPatches(half)));
const skins = await Promise.all(
  [false, true].map((held) =>
    skinPatches(
      answers.filter(({ file, drawnMask }) => drawnMask === null && heldOut(file) === held),
    ),
  ),
);

const covers = [
  ["eyes", coverEyes],
  ["forehead", coverForehead],
  ["goggles", wearGoggles],
];

/** What is drawn on a face, by shares of the faces that get each. */
async function drawOn(picture, landmarks, row, near, dice, shares) {
  if (onlySunglasses) {
    const own = random(`${row.file} sunglasses`);
    if (own() >= shares.sunglasses) return;
    const { picture: worn, truth } = await wearSunglasses(picture, landmarks, own);
    await record(worn, { ...row, kind: "sunglasses", truth }, near);
    return;
  }
  const half = heldOut(row.file) && !row.file.startsWith("lfw") ? 1 : 0;
  useTextures({ things: things[half], skins: skins[half] });
  const save = async (kind, version) =>
    record(version.picture, { ...row, kind, truth: version.truth }, near);
  for (let share = shares.mouth; dice() < share; share -= 1)
    await save("mouth", await coverMouth(picture, landmarks, dice));
  if (dice() < shares.other) {
    const [kind, draw] = covers[Math.floor(dice() * covers.length)];
    await save(kind, await draw(picture, landmarks, dice));
  }
  if (dice() < shares.mask) {
    const height = heightNames[Math.floor(dice() * heightNames.length)];
    await save(`mask-${height}`, await wearMask(picture, landmarks, dice, templates, height));
  }
}

const mine = (_, index) => index % of === part;
let done = 0;
for (const answer of answers.filter(mine)) {
  const { picture } = await decodePicture(
    await readFile(join(dataFolder, "service-answers", answer.file)),
  );
  const { left, top, width, height } = answer.faceRectangle;
  const near = { x: left + width / 2, y: top + height / 2 };
  const row = { file: answer.file, answer };
  const kind = answer.drawnMask ? "drawnMask" : "plain";
  if (onlySunglasses && kind !== "plain") continue;
  const landmarks = await record(picture, { ...row, kind }, near);
  if (++done % 200 === 0) console.log(part, done, rows.length);
  if (landmarks !== undefined && kind === "plain")
    await drawOn(picture, landmarks, row, near, random(answer.file), {
      mouth: 1.35,
      other: 1,
      mask: 1,
      sunglasses: 0.4,
    });
}
for (const folder of ["with_mask", "without_mask"]) {
  for (const file of (await readdir(join(dataFolder, "masks", folder))).sort().filter(mine)) {
    const bytes = await readFile(join(dataFolder, "masks", folder, file));
    if (pictureFormat(bytes) === undefined) continue; // a few are of formats that the contract does not know
    const { picture } = await decodePicture(bytes);
    const row = { file: `${folder}/${file}` };
    const masked = folder === "with_mask";
    const truth = masked
      ? { mask: "faceMask" }
      : { mask: "noMask", noseAndMouthCovered: false, mouthOccluded: false };
    const landmarks = await record(picture, { ...row, kind: "real", truth });
    if (landmarks !== undefined && !masked)
      await drawOn(picture, landmarks, row, undefined, random(row.file), {
        mouth: 1,
        other: 1,
        mask: 1,
        sunglasses: 0,
      });
  }
  console.log(part, folder, rows.length);
}
for (const file of (await lfwFitFiles()).filter(mine)) {
  const { picture } = await decodePicture(await readFile(lfwPath(file)));
  const row = { file: `lfw/${file}` };
  const landmarks = await record(picture, {
    ...row,
    kind: "lfw",
    truth: { mask: "noMask", noseAndMouthCovered: false },
  });
  if (landmarks !== undefined)
    await drawOn(picture, landmarks, row, undefined, random(row.file), {
      mouth: 0.4,
      other: 0.4,
      mask: 0.4,
      sunglasses: 0.25,
    });
}
crops.end();
await once(crops, "close");
await writeFile(join(work, `${name}.json`), JSON.stringify(rows));
console.log(part, "written", rows.length);
