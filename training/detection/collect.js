/**
 * What the detector's networks say of every candidate in WIDER's pictures, for `fit.py`.
 * Usage: node training/detection/collect.js MODEL SPLIT whole|half|faceless FILE
 * writes FILE.json and, for each candidate, O-Net's 256 features as 32-bit floats into FILE.bin.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import { readWiderTruth } from "../../bench/accuracy/dist/wider.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { detectionModels } from "../../packages/vision/dist/detection-models.js";
import { candidatesOf } from "../../packages/vision/dist/candidates.js";
import { PictureSizes } from "../../packages/vision/dist/picture-sizes.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";
import { candidateRow } from "./candidate-row.js";
import { views } from "./views.js";

const [model, split, view, out] = process.argv.slice(2);
const truth = await readWiderTruth();
const files = Object.keys(truth)
  .filter((file) => file.startsWith(`${split}/`))
  .sort();
const sessions = new Sessions();

const pictures = [];
const features = [];
for (const [index, file] of files.entries()) {
  const decoded = await decodePicture(await readFile(join(dataFolder, "wider", file)));
  for (const picture of await views[view](decoded.picture, truth[file])) {
    const candidates = await candidatesOf(
      sessions,
      new PictureSizes(picture),
      detectionModels[model],
    );
    pictures.push({
      file,
      // Picture pixels for each pixel of the truth; without it there is no face.
      ...(view === "faceless" ? {} : { scale: picture.width / decoded.width }),
      candidates: candidates.map(candidateRow),
    });
    features.push(...candidates.map(({ judged }) => Buffer.from(judged.features.slice().buffer)));
  }
  if (index % 20 === 0) console.log(`${index} of ${files.length}`);
}
await writeFile(`${out}.json`, JSON.stringify(pictures));
await writeFile(`${out}.bin`, Buffer.concat(features));
