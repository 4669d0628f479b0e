/**
 * What the heads of the retired attributes are fitted on: `training/work/retired-PART.features` and `.json`, of each
 * portrait the features that the service computes, as it is and as its mirror image. The faces are where the service
 * said, moved as detectors move them; landmarks are the pipeline's own. Usage: node collect-retired.js PART OF.
 */
import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { retiredFeatures } from "../../packages/vision/dist/attributes/retired-features.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { locateLandmarks } from "../../packages/vision/dist/locate-landmarks.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";
import { data, random, readAnswers, work } from "./data.js";

const part = Number(process.argv[2] ?? 0);
const of = Number(process.argv[3] ?? 1);
const sessions = new Sessions();
await mkdir(work, { recursive: true });
const out = createWriteStream(join(work, `retired-${part}.features`));
const rows = [];

function mirrored({ width, height, data: pixels }) {
  const flipped = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++)
        flipped[(y * width + x) * 3 + channel] = pixels[(y * width + width - 1 - x) * 3 + channel];
  return { width, height, data: flipped };
}

/** A detector's box of the face in the rectangle: up to a twelfth of its side off, and as much larger or smaller. */
function moved({ left, top, width, height }, dice) {
  const off = () => (dice() + dice() - 1) / 12;
  const [x, y, scale] = [left + width * (0.5 + off()), top + height * (0.5 + off()), 1 + off()];
  const [w, h] = [(width * scale) / 2, (height * scale) / 2];
  return { left: x - w, right: x + w, top: y - h, bottom: y + h, score: 1 };
}

const answers = (await readAnswers()).filter((_, index) => index % of === part);
for (const [index, answer] of answers.entries()) {
  const { picture } = await decodePicture(
    await readFile(join(data, "service-answers", answer.file)),
  );
  const dice = random(`${answer.file} retired`);
  const mirror = {
    ...answer.faceRectangle,
    left: picture.width - answer.faceRectangle.left - answer.faceRectangle.width,
  };
  for (const [view, rectangle, shown] of [
    ["as it is", answer.faceRectangle, picture],
    ["mirrored", mirror, mirrored(picture)],
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
