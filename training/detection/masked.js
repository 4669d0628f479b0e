/**
 * What tells a masked face that fills its picture, of which the detectors see hardly more than a forehead, from what is no
 * face: fits the weights of `packages/vision/src/mask-witness.ts`, and prints how many photographs of masks and how many
 * faceless parts of WIDER's photographs are taken for one, by the least part of the picture's shorter side that such a
 * face must have (`packages/vision/src/second-look.ts`). It is fitted to the photographs of masks that the attribute network
 * learned from and to WIDER's training half, whose pictures are judged half by half, each by what the other half gave; the
 * others are judged by the fit to both halves.
 * Usage: node training/detection/masked.js
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import { heldOut } from "../../bench/accuracy/dist/face-geometry.js";
import { fitLogistic } from "../../bench/accuracy/dist/logistic-regression.js";
import { readWiderTruth } from "../../bench/accuracy/dist/wider.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { detectionModels } from "../../packages/vision/dist/detection-models.js";
import { atFirstSight, scoredFaces } from "../../packages/vision/dist/detector.js";
import { maskClues } from "../../packages/vision/dist/mask-witness.js";
import { waysUp } from "../../packages/vision/dist/mesh-confirmation.js";
import { PictureSizes } from "../../packages/vision/dist/picture-sizes.js";
import { glanceSide, masked, mostConfirmed } from "../../packages/vision/dist/second-look.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";
import { padded } from "../../packages/vision/dist/turned-picture.js";
import { views } from "./views.js";

const parts = [0.5, 0.6, 0.65, 0.75];
const model = detectionModels.detection_03;
const sessions = new Sessions();

async function* photographsOfMasks() {
  const folder = join(dataFolder, "masks", "with_mask");
  for (const file of (await readdir(folder)).sort()) {
    // One of them is a format that the service does not read.
    const decoded = await decodePicture(await readFile(join(folder, file))).catch(() => undefined);
    if (decoded !== undefined) yield { picture: decoded.picture, reported: heldOut(file) };
  }
}

async function* facelessSquares() {
  const truth = await readWiderTruth();
  for (const file of Object.keys(truth).sort()) {
    const { picture } = await decodePicture(await readFile(join(dataFolder, "wider", file)));
    const reported = file.startsWith("val/");
    for (const square of await views.faceless(picture, truth[file]))
      yield { picture: square, reported };
  }
}

/** Boxes of the second look that may be a masked face, with the clues; `undefined` where a plain face is found. */
async function doubtfulBoxes(picture) {
  if ((await scoredFaces(sessions, new PictureSizes(picture), model, model.threshold)).length > 0)
    return undefined;
  const { picture: view } = padded(new PictureSizes(picture).within(glanceSide));
  const boxes = await scoredFaces(
    sessions,
    new PictureSizes(view),
    atFirstSight(model),
    masked.leastScore,
  );
  const likely = boxes
    .filter(({ score }) => score >= model.secondThreshold)
    .slice(0, mostConfirmed);
  const ways = await waysUp(sessions, view, likely);
  if (ways.some((way) => way !== undefined)) return undefined;
  const partOf = ({ top, bottom }) => (bottom - top) / (Math.min(view.width, view.height) / 2);
  const large = boxes.filter((box) => partOf(box) >= parts[0]).slice(0, mostConfirmed);
  const clues = await maskClues(sessions, view, large);
  return large.map((box, index) => ({ part: partOf(box), clues: Object.values(clues[index]) }));
}

const sum = ({ weights, bias }, clues) =>
  clues.reduce((total, clue, index) => total + weights[index] * clue, bias);
const best = (fit, boxes) =>
  boxes.reduce((most, own) => (sum(fit, own.clues) > sum(fit, most.clues) ? own : most));

/** Of a picture of a mask one box is the face: the one that the weights of the round before like best. */
function fitted(masks, faceless) {
  let known = { weights: [0.5, 1, 0.2], bias: 0 };
  for (let round = 0; round < 5; round++) {
    const positives = masks.filter(({ length }) => length > 0).map((boxes) => best(known, boxes));
    const samples = [...positives, ...faceless.flat()].map(({ clues }) => clues);
    const positive = samples.map((_, index) => index < positives.length);
    known = fitLogistic(
      samples,
      positive,
      samples.map(() => 1),
    );
  }
  return known;
}

const seen = {};
for (const [kind, pictures] of Object.entries({
  masks: photographsOfMasks(),
  faceless: facelessSquares(),
})) {
  seen[kind] = { fit: [], reported: [] };
  let plain = 0;
  for await (const { picture, reported } of pictures) {
    const boxes = await doubtfulBoxes(picture);
    if (boxes === undefined) plain++;
    else seen[kind][reported ? "reported" : "fit"].push(boxes);
  }
  const { length: toFit } = seen[kind].fit;
  const { length: toReport } = seen[kind].reported;
  console.log(
    `${kind}: no plain face in ${toFit} that are fitted to and ${toReport} that are reported, ${plain} others`,
  );
}

const table = [];
for (const part of parts) {
  const of = (kind, split) =>
    seen[kind][split].map((boxes) => boxes.filter((box) => box.part >= part));
  const half = (pictures, own) => pictures.filter((_, index) => index % 2 === own);
  const evidence = (fit, pictures) =>
    pictures.map((boxes) => (boxes.length === 0 ? -Infinity : sum(fit, best(fit, boxes).clues)));
  const left = { masks: [], faceless: [] };
  for (const own of [0, 1]) {
    const fit = fitted(half(of("masks", "fit"), 1 - own), half(of("faceless", "fit"), 1 - own));
    for (const kind of ["masks", "faceless"])
      left[kind].push(...evidence(fit, half(of(kind, "fit"), own)));
  }
  const whole = fitted(of("masks", "fit"), of("faceless", "fit"));
  for (const least of [0, 0.3, 0.6, 0.9, 1.2]) {
    const counted = (scores) => scores.filter((own) => own >= least).length;
    const reported = (kind) => counted(evidence(whole, of(kind, "reported")));
    table.push({
      part,
      "detector, mask, mesh": whole.weights.map((weight) => weight.toFixed(2)).join(", "),
      bias: whole.bias.toFixed(2),
      least,
      "masks, left out": counted(left.masks),
      "faceless, left out": counted(left.faceless),
      "masks, reported": reported("masks"),
      "faceless, reported": reported("faceless"),
    });
  }
}
console.table(table);
