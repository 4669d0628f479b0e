/**
 * Which way up a face lies whose landmarks do not settle: fits the weights of `packages/vision/src/ways-up.ts` to the
 * photographs of masks, and to portraits with and without drawn masks, that are not reported. It prints how often the way
 * that counts is right, with the weights fitted, which are in use, and with those of before O-Net's points were heard. All faces stand upright. Each is taken as well for one that the detector found
 * lying, so that the truth is another way than the detector's; of such pictures there is one for twenty upright ones.
 * Usage: node training/detection/ways.js
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import { heldOut } from "../../bench/accuracy/dist/face-geometry.js";
import { longerSide } from "../../packages/vision/dist/boxes.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { detectFaces } from "../../packages/vision/dist/detector.js";
import {
  disagreement,
  distanceFromPoints,
  lookFourWays,
  quarterAngles,
} from "../../packages/vision/dist/landmark-passes.js";
import {
  farthestFromPoints,
  largestDisagreement,
} from "../../packages/vision/dist/locate-landmarks.js";
import { seeFaces } from "../../packages/vision/dist/mtcnn-judges.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";
import { seeWaysUp } from "../../packages/vision/dist/ways-up.js";

const folders = { "masks/with_mask": 1, "service-answers/masked": 12, "service-answers/plain": 25 };
/** Pixels: smaller faces are left as they were found. */
const leastSide = 32;
const lyingPictures = 0.05;
const quarters = [0, 1, 2, 3];
const sessions = new Sessions();

/** Faces with what speaks for each way up, and the ways in which their landmarks would not settle. */
const faces = [];
for (const [folder, step] of Object.entries(folders)) {
  const files = (await readdir(join(dataFolder, folder))).sort();
  for (const file of files.filter((_, index) => index % step === 0)) {
    // One of them is a format that the service does not read.
    const decoded = await decodePicture(await readFile(join(dataFolder, folder, file))).catch(
      () => undefined,
    );
    if (decoded === undefined) continue;
    const { picture } = decoded;
    const found = await detectFaces(sessions, picture, "detection_03");
    const upright = found.filter(
      ({ tilt, top, bottom }) => tilt === undefined && bottom - top >= leastSide,
    );
    for (const box of upright.slice(0, 3)) {
      const side = longerSide(box);
      const { first, second } = await lookFourWays(sessions, picture, box);
      const looks = quarterAngles.map((angle) => ({ box, angle }));
      const seen = await seeFaces(sessions, picture, looks);
      const unsettled = quarters.filter(
        (way) =>
          disagreement(first[way], second[way]) > side * largestDisagreement ||
          distanceFromPoints(second[way], seen[way].points) > side * farthestFromPoints,
      );
      if (unsettled.length === 0) continue;
      const ways = await seeWaysUp(sessions, picture, box);
      faces.push({ reported: heldOut(file), unsettled, ways });
    }
  }
}

/** @returns one sample for each way in which the detector may have found each face; the truth is 0. */
function samplesOf(reported) {
  return faces
    .filter((face) => face.reported === reported)
    .flatMap(({ unsettled, ways }) =>
      unsettled.map((found) => ({
        weight: found === 0 ? 1 : lyingPictures,
        found,
        clues: ways.map(({ presence, judged, apart }, way) => [
          presence,
          judged,
          apart,
          way === found ? 1 : 0,
        ]),
      })),
    );
}

const sum = (weights, clues) =>
  clues.reduce((total, clue, index) => total + weights[index] * clue, 0);

/** Conditional logistic regression over the four ways, by gradient ascent. */
function fitted(samples) {
  let weights = [0.1, 0.1, -1, 0.1];
  const rates = [0.004, 0.004, 20, 0.1];
  const total = samples.reduce((all, { weight }) => all + weight, 0);
  for (let turn = 0; turn < 20_000; turn++) {
    const gradient = [0, 0, 0, 0];
    for (const { weight, clues } of samples) {
      const sums = clues.map((own) => sum(weights, own));
      const most = Math.max(...sums);
      const shares = sums.map((own) => Math.exp(own - most));
      const all = shares.reduce((a, b) => a + b);
      for (const index of gradient.keys()) {
        const expected = quarters.reduce(
          (mean, way) => mean + (shares[way] / all) * clues[way][index],
          0,
        );
        gradient[index] += (weight * (clues[0][index] - expected)) / total;
      }
    }
    weights = weights.map((own, index) => own + rates[index] * gradient[index]);
  }
  return weights;
}

function right(samples, weights) {
  const correct = samples.filter(({ clues }) => {
    const sums = clues.map((own) => sum(weights, own));
    return sums.indexOf(Math.max(...sums)) === 0;
  });
  return `${correct.length} of ${samples.length}`;
}

const [toFit, toReport] = [samplesOf(false), samplesOf(true)];
const fit = fitted(toFit);
// The service adds to the mesh's logit as it is.
const inUnitsOfMesh = fit.map((weight) => weight / fit[0]);
console.log(
  `mesh, judged, apart, found: ${fit.map((weight) => weight.toFixed(3)).join(", ")}; to the mesh's 1: ${inUnitsOfMesh
    .slice(1)
    .map((weight) => weight.toFixed(1))
    .join(", ")}`,
);
const table = [];
for (const [name, weights] of [
  ["without O-Net's points", [1, 2.6, 0, 7.6]],
  ["fitted", fit],
])
  for (const [half, samples] of Object.entries({ fitted: toFit, reported: toReport }))
    table.push({
      weights: name,
      half,
      "upright, found upright": right(
        samples.filter(({ found }) => found === 0),
        weights,
      ),
      "found another way": right(
        samples.filter(({ found }) => found !== 0),
        weights,
      ),
    });
console.table(table);
process.exit(0);
