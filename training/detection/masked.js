/**
 * What the second look takes for a masked face that fills its picture, by the least part of the picture's shorter side
 * that such a face must have (`packages/vision/src/second-look.ts`): of photographs of masks, and of the squares of
 * WIDER's training half that no marked face comes near.
 * Usage: node training/detection/masked.js
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import { readWiderTruth } from "../../bench/accuracy/dist/wider.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { detectionModels } from "../../packages/vision/dist/detection-models.js";
import { atFirstSight, scoredFaces } from "../../packages/vision/dist/detector.js";
import { seenMasks } from "../../packages/vision/dist/mask-witness.js";
import { waysUp } from "../../packages/vision/dist/mesh-confirmation.js";
import { PictureSizes } from "../../packages/vision/dist/picture-sizes.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";
import { padded } from "../../packages/vision/dist/turned-picture.js";
import { views } from "./views.js";

const parts = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75];
const leastScore = 0.005;
const model = detectionModels.detection_03;
const sessions = new Sessions();

async function* masks() {
  const folder = join(dataFolder, "masks", "with_mask");
  for (const file of (await readdir(folder)).sort()) {
    // One of them is a format that the service does not read.
    const decoded = await decodePicture(await readFile(join(folder, file))).catch(() => undefined);
    if (decoded !== undefined) yield decoded.picture;
  }
}

async function* faceless() {
  const truth = await readWiderTruth();
  for (const file of Object.keys(truth).sort()) {
    if (!file.startsWith("train/")) continue;
    const { picture } = await decodePicture(await readFile(join(dataFolder, "wider", file)));
    yield* await views.faceless(picture, truth[file]);
  }
}

/** The largest part of the shorter side that something taken for a masked face has; 0 where there is none, or a plain face. */
async function largestMasked(picture) {
  if ((await scoredFaces(sessions, new PictureSizes(picture), model, model.threshold)).length > 0)
    return 0;
  const { picture: view } = padded(picture);
  const boxes = await scoredFaces(
    sessions,
    new PictureSizes(view),
    atFirstSight(model),
    leastScore,
  );
  const likely = boxes.filter(({ score }) => score >= model.secondThreshold).slice(0, 16);
  const ways = await waysUp(sessions, view, likely);
  if (ways.some((way) => way !== undefined)) return 0;
  const partOf = ({ top, bottom }) => (bottom - top) / Math.min(picture.width, picture.height);
  const large = boxes.filter((box) => partOf(box) >= parts[0]).slice(0, 16);
  const seen = await seenMasks(sessions, view, large);
  return Math.max(0, ...large.filter((_, index) => seen[index] > 0).map(partOf));
}

const table = {};
for (const [kind, pictures] of Object.entries({ masks: masks(), faceless: faceless() })) {
  const found = [];
  for await (const picture of pictures) found.push(await largestMasked(picture));
  table[`${kind}, of ${found.length}`] = Object.fromEntries(
    parts.map((part) => [part, found.filter((own) => own >= part).length]),
  );
}
console.table(table);
