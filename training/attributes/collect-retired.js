/**
 * What the heads of the retired attributes are fitted on: `training/work/retired-PART.features` and `.json`, of each
 * portrait the features that the service computes, as it is and as its mirror image. The faces are where the service
 * said, moved as detectors move them; landmarks are the pipeline's own. Usage: node collect-retired.js PART OF.
 */
import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import { readServiceAnswers } from "../../bench/accuracy/dist/face-geometry.js";
import { fromSharp, toSharp } from "../../bench/accuracy/dist/raw-pictures.js";
import { retiredFeatures } from "../../packages/vision/dist/attributes/retired-features.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { locateLandmarks } from "../../packages/vision/dist/locate-landmarks.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";
import { random, work } from "./data.js";

const part = Number(process.argv[2] ?? 0);
const of = Number(process.argv[3] ?? 1);
const sessions = new Sessions();
await mkdir(work, { recursive: true });
const out = createWriteStream(join(work, `retired-${part}.features`));
const rows = [];

/** A detector's box of the face in the rectangle: up to a twelfth of its side off, and as much larger or smaller. */
function moved({ left, top, width, height }, dice) {
  const off = () => (dice() + dice() - 1) / 12;
  const [x, y, scale] = [left + width * (0.5 + off()), top + height * (0.5 + off()), 1 + off()];
  const [w, h] = [(width * scale) / 2, (height * scale) / 2];
  return { left: x - w, right: x + w, top: y - h, bottom: y + h, score: 1 };
}

const answers = (await readServiceAnswers()).filter((_, index) => index % of === part);
for (const [index, answer] of answers.entries()) {
  const { picture } = await decodePicture(
    await readFile(join(dataFolder, "service-answers", answer.file)),
  );
  const dice = random(`${answer.file} retired`);
  const mirror = {
    ...answer.faceRectangle,
    left: picture.width - answer.faceRectangle.left - answer.faceRectangle.width,
  };
  for (const [view, rectangle, shown] of [
    ["as it is", answer.faceRectangle, picture],
    ["mirrored", mirror, await fromSharp(toSharp(picture).flop())],
  ]) {
    const landmarks = await locateLandmarks(sessions, shown, [moved(rectangle, dice)]);
    for await (const { vectors } of retiredFeatures(sessions, shown, landmarks))
      if (!out.write(Buffer.from(vectors.buffer))) await once(out, "drain");
    rows.push({ file: answer.file, view });
  }
  if ((index + 1) % 200 === 0) console.log(part, index + 1, answers.length);
}
out.end();
await once(out, "close");
await writeFile(join(work, `retired-${part}.json`), JSON.stringify(rows));
console.log(part, "written", rows.length);
