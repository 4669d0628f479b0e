/**
 * What the detector's networks say of every candidate in WIDER's pictures, for `fit.py`.
 * Usage: node training/detection/collect.js MODEL SPLIT EVERY FILE
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import { readWiderTruth } from "../../bench/accuracy/dist/wider.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { detectionModels } from "../../packages/vision/dist/detection-models.js";
import { candidatesOf } from "../../packages/vision/dist/detector.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";

const [model, split, every, out] = process.argv.slice(2);
const files = Object.keys(await readWiderTruth())
  .filter((file) => file.startsWith(`${split}/`))
  .sort()
  .filter((_, index) => index % Number(every) === 0);
const sessions = new Sessions();
const result = {};
for (const [index, file] of files.entries()) {
  const { picture, width } = await decodePicture(await readFile(join(dataFolder, "wider", file)));
  const scale = width / picture.width;
  const corners = ({ left, top, right, bottom }) =>
    [left, top, right, bottom].map((edge) => Math.round(edge * scale * 10) / 10);
  result[file] = (await candidatesOf(sessions, picture, detectionModels[model])).map(
    ({ proposer, proposed, judged }) => [
      proposer === "mtcnn" ? 1 : 0,
      proposed.score,
      judged.score,
      ...corners(proposed),
      ...corners(judged),
    ],
  );
  if (index % 20 === 0) console.log(`${index} of ${files.length}`);
}
await writeFile(out, JSON.stringify(result));
