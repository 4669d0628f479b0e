/**
 * What joints of bodies tell of doubtful boxes: fits the weights of `packages/vision/src/body-witness.ts` to WIDER's
 * training half (its pictures whole, at half their size, and squares of them without a marked face), and prints what they
 * buy: average precision and recall at precision 0.90 on the training half, each picture judged by what the other four
 * fifths gave, and on the validation half; and how many faceless squares hold a "face".
 * Usage: node training/detection/body.js MODEL
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import { fitLogistic } from "../../bench/accuracy/dist/logistic-regression.js";
import { boxOf } from "../../bench/accuracy/dist/subject.js";
import { readWiderTruth } from "../../bench/accuracy/dist/wider.js";
import { bodyClues, doubtfulBoxes } from "../../packages/vision/dist/body-witness.js";
import { overlap } from "../../packages/vision/dist/boxes.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { detectionModels } from "../../packages/vision/dist/detection-models.js";
import { facesFrom, weighedFaces } from "../../packages/vision/dist/detector.js";
import { PictureSizes } from "../../packages/vision/dist/picture-sizes.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";
import { views } from "./views.js";

const folds = 5;
const precision = 0.9;
const smallest = 10;
const model = detectionModels[process.argv[2]];
const sessions = new Sessions();
const truth = await readWiderTruth();

/** Each picture of a view with its boxes, what bodies say of the doubtful ones, and which face each box overlaps most. */
async function look(split, view) {
  const files = Object.keys(truth)
    .filter((file) => file.startsWith(`${split}/`))
    .sort();
  const pictures = [];
  for (const [index, file] of files.entries()) {
    const decoded = await decodePicture(await readFile(join(dataFolder, "wider", file)));
    for (const picture of await views[view](decoded.picture, truth[file])) {
      const scale = picture.width / decoded.width;
      const faces =
        view === "faceless" ? [] : truth[file].map((face) => marked(face, scale, split));
      const found = await weighedFaces(sessions, new PictureSizes(picture), model);
      const doubtful = new Set(doubtfulBoxes(found));
      const boxes = [];
      for (const box of found) {
        const overlaps = faces.map((face) => overlap(box, face.box));
        boxes.push({
          ...box,
          clues: doubtful.has(box)
            ? Object.values(await bodyClues(sessions, picture, box))
            : undefined,
          overlaps,
        });
      }
      pictures.push({ fold: index % folds, faces, boxes });
    }
  }
  return pictures;
}

/** The benchmark counts pixels of the original; faces to be learned from are counted as they are shown. */
function marked(face, scale, split) {
  const side = Math.min(face.width, face.height) * (split === "train" ? scale : 1);
  const { left, top, right, bottom } = boxOf(face);
  return {
    box: { left: left * scale, top: top * scale, right: right * scale, bottom: bottom * scale },
    ignored: Boolean(face.invalid) || side < smallest,
    side: face.pose === 1,
  };
}

function fitted(pictures) {
  const rows = [];
  for (const { faces, boxes } of pictures)
    for (const { clues, overlaps } of boxes) {
      const best = Math.max(0, ...overlaps);
      if (clues === undefined || (best >= 0.5 && faces[overlaps.indexOf(best)].ignored)) continue;
      rows.push({ clues, face: best >= 0.5 });
    }
  return fitLogistic(
    rows.map(({ clues }) => clues),
    rows.map(({ face }) => face),
    rows.map(() => 1),
  );
}

const logit = (share) => Math.log(share / (1 - share));
const heard =
  ({ weights, bias }) =>
  ({ score, clues }) =>
    clues === undefined
      ? logit(score)
      : clues.reduce((sum, clue, index) => sum + weights[index] * clue, bias);
const alone = ({ score }) => logit(score);

/** @param scoring what scores a box of a picture of a fold. */
function measured(pictures, scoring) {
  const rows = [];
  let total = 0;
  for (const [index, { fold, faces, boxes }] of pictures.entries()) {
    total += faces.filter(({ ignored }) => !ignored).length;
    const free = new Set(faces.keys());
    const scored = boxes.map((box) => ({ ...box, score: scoring(fold)(box) }));
    for (const { score: evidence, overlaps } of facesFrom(scored, -Infinity)) {
      let best = -1;
      for (const face of free)
        if (!faces[face].ignored && overlaps[face] >= 0.5 && !(overlaps[face] <= overlaps[best]))
          best = face;
      if (best >= 0) free.delete(best);
      else if (faces.some(({ ignored }, face) => ignored && overlaps[face] >= 0.5)) continue;
      rows.push({ evidence, hit: best >= 0, side: best >= 0 && faces[best].side, index });
    }
  }
  rows.sort((a, b) => b.evidence - a.evidence);
  let hits = 0;
  const curve = rows.map(({ hit }, index) => {
    hits += hit ? 1 : 0;
    return { recall: hits / total, precision: hits / (index + 1) };
  });
  let [area, highest] = [0, 0];
  for (let at = curve.length - 1; at >= 0; at--) {
    highest = Math.max(highest, curve[at].precision);
    area += highest * (curve[at].recall - (curve[at - 1]?.recall ?? 0));
  }
  const last = curve.findLastIndex((point) => point.precision >= precision);
  const sides = pictures.flatMap(({ faces }) => faces.filter((face) => face.side && !face.ignored));
  const served = rows.filter(({ evidence }) => evidence >= logit(model.threshold));
  return {
    "average precision": area.toFixed(4),
    "recall at .90": (curve[last]?.recall ?? 0).toFixed(3),
    "side faces at .90": (
      rows.slice(0, last + 1).filter(({ side }) => side).length / sides.length
    ).toFixed(3),
    "precision served": (served.filter(({ hit }) => hit).length / served.length).toFixed(3),
    "recall served": (served.filter(({ hit }) => hit).length / total).toFixed(3),
  };
}

const taken = (pictures, scoring) =>
  pictures.filter(({ fold, boxes }) =>
    boxes.some((box) => scoring(fold)(box) >= logit(model.threshold)),
  ).length;

const whole = await look("train", "whole");
const half = await look("train", "half");
const faceless = await look("train", "faceless");
const others = await look("val", "whole");
const facelessOthers = await look("val", "faceless");
const all = [...whole, ...half, ...faceless];
const fit = fitted(all);
const leftOut = Array.from({ length: folds }, (_, own) =>
  fitted(all.filter(({ fold }) => fold !== own)),
);
const doubts = (pictures) =>
  (
    pictures.flatMap(({ boxes }) => boxes.filter(({ clues }) => clues)).length / pictures.length
  ).toFixed(1);
console.log(
  "weights of detector, head, arm:",
  fit.weights.map((weight) => weight.toFixed(3)).join(", "),
);
console.log("bias:", fit.bias.toFixed(3));
console.log(
  "boxes asked about in a picture:",
  doubts(whole),
  "whole,",
  doubts(faceless),
  "faceless",
);
console.table({
  "training half": measured(whole, () => alone),
  "training half, heard": measured(whole, (fold) => heard(leftOut[fold])),
  "at half size": measured(half, () => alone),
  "at half size, heard": measured(half, (fold) => heard(leftOut[fold])),
  "validation half": measured(others, () => alone),
  "validation half, heard": measured(others, () => heard(fit)),
});
console.log(
  `faceless squares with a face: training ${taken(faceless, () => alone)}, heard ${taken(faceless, (fold) => heard(leftOut[fold]))}, of ${faceless.length};`,
  `validation ${taken(facelessOthers, () => alone)}, heard ${taken(facelessOthers, () => heard(fit))}, of ${facelessOthers.length}`,
);
