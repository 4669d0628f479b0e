/**
 * What the frozen `faceres` sees in portraits and in LFW's half that fits: `training/work/features-NAME.json` and
 * `.features`, two crops of 1024 pooled features and the 256 behind them each. The network learns beside its labels to
 * keep them, and linear heads on them label LFW. Usage: node collect-features.js PART OF.
 */
import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import { readServiceAnswers } from "../../bench/accuracy/dist/face-geometry.js";
import { middlemost } from "../../bench/accuracy/dist/subject.js";
import { frameCrop } from "../../packages/vision/dist/alignment.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { detectFaces } from "../../packages/vision/dist/detector.js";
import { locateLandmarks } from "../../packages/vision/dist/locate-landmarks.js";
import { floats, Sessions } from "../../packages/vision/dist/sessions.js";
import { planarRgb, warpRgb } from "../../packages/vision/dist/warp.js";
import { lfwFitFiles, work } from "./data.js";

const [part, of] = (process.argv.slice(2).length === 2 ? process.argv.slice(2) : ["0", "1"]).map(
  Number,
);
const side = 224;
const frames = [1.4, 2.2];
const sessions = new Sessions();
await mkdir(work, { recursive: true });
const out = createWriteStream(join(work, `features-${part}.features`));
const files = [];
// Parted as in collect.js, so that a part of both is of the same faces.
const mine = (_, index) => index % of === part;
const pictures = [
  ...(await readServiceAnswers()).filter(mine).map(({ file }) => [file, `service-answers/${file}`]),
  ...(await lfwFitFiles()).filter(mine).map((file) => [`lfw/${file}`, `lfw/images/${file}`]),
];
for (const [name, path] of pictures) {
  const { picture } = await decodePicture(await readFile(join(dataFolder, path)));
  const box = middlemost(await detectFaces(sessions, picture, "detection_03"), picture);
  if (box === undefined) continue;
  const [landmarks] = await locateLandmarks(sessions, picture, [box]);
  const crop = new Uint8Array(side * side * 3);
  const input = new Float32Array(frames.length * crop.length);
  frames.forEach((wide, index) => {
    warpRgb(picture, frameCrop(landmarks, wide, side), side, crop);
    planarRgb(crop, [0, 0, 0], [1, 1, 1], input, index * crop.length);
  });
  const answer = await sessions.run("faceres", input, [frames.length, 3, side, side]);
  for (const output of ["embedding", "features"]) {
    const values = floats(answer, output);
    if (!out.write(Buffer.from(values.buffer, values.byteOffset, values.byteLength)))
      await once(out, "drain");
  }
  files.push(name);
  if (files.length % 500 === 0) console.log(part, files.length, pictures.length);
}
out.end();
await once(out, "close");
await writeFile(join(work, `features-${part}.json`), JSON.stringify(files));
console.log(part, "written", files.length);
