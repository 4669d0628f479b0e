/**
 * The square that `detection_01` answers. `fit` fits the weights of `packages/vision/src/service-square.ts` to the service's
 * answers for plain portraits, those of a box alone to its answers for portraits with a drawn mask, since landmarks are not
 * to be trusted there, and writes them there; `report` says of the portraits that are left out what the built package
 * answers: how well its squares agree with the service's, and what is left of that, of their size, and of their agreement with
 * those of the mirrored picture, where the picture is turned.
 * Usage: node training/detection/square.js fit|report
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import { heldOut, readServiceAnswers } from "../../bench/accuracy/dist/face-geometry.js";
import { solve } from "../../bench/accuracy/dist/linear-system.js";
import { fromSharp, toSharp } from "../../bench/accuracy/dist/raw-pictures.js";
import { mean } from "../../bench/accuracy/dist/statistics.js";
import { boxOf, sameFace } from "../../bench/accuracy/dist/subject.js";
import { overlap } from "../../packages/vision/dist/boxes.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { detectFaces } from "../../packages/vision/dist/detector.js";
import { eyeRoll } from "../../packages/vision/dist/face-geometry.js";
import { locateLandmarks } from "../../packages/vision/dist/locate-landmarks.js";
import {
  serviceSquare,
  squareBox,
  squareClues,
} from "../../packages/vision/dist/service-square.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";

const sessions = new Sessions();
const code = new URL("../../packages/vision/src/service-square.ts", import.meta.url);
/** Degrees, clockwise. */
const turns = [-30, -15, 15, 30];
/** Degrees, of the line between the eyes. */
const bands = [0, 2, 4, 6, Infinity];

async function* portraits(wanted) {
  for (const { file, drawnMask, faceRectangle } of await readServiceAnswers()) {
    if (!wanted(file, drawnMask)) continue;
    const { picture } = await decodePicture(
      await readFile(join(dataFolder, "service-answers", file)),
    );
    yield { picture, truth: boxOf(faceRectangle) };
  }
}

/** The box and the landmarks of the face that is meant, as they are served. */
async function faceOf(picture, truth) {
  const box = sameFace(await detectFaces(sessions, picture, "detection_01"), truth, 0.3);
  if (box === undefined) return undefined;
  const [landmarks] = await locateLandmarks(sessions, picture, [box]);
  return { box, landmarks };
}

function leastSquares(rows, values) {
  // So small that it only keeps the system soluble.
  const ridge = 1e-6 * rows.length;
  const width = rows[0].length;
  const matrix = Array.from({ length: width }, (_, a) =>
    Float64Array.from({ length: width }, (_, b) =>
      rows.reduce((sum, row) => sum + row[a] * row[b], a === b ? ridge : 0),
    ),
  );
  const right = Float64Array.from({ length: width }, (_, a) =>
    rows.reduce((sum, row, index) => sum + row[a] * values[index], 0),
  );
  return Array.from(solve(matrix, right));
}

async function fit() {
  const samples = { odd: [], even: [], across: [], down: [], side: [] };
  for await (const { picture, truth } of portraits(
    (file, mask) => mask === null && !heldOut(file),
  )) {
    const face = await faceOf(picture, truth);
    if (face === undefined) continue;
    const { origin, angle, odd, even } = squareClues(face.box, face.landmarks);
    // In units of the face's height, so that a large face teaches no more than a small one.
    const unit = even[0];
    const x = (truth.left + truth.right) / 2 - origin.x;
    const y = (truth.top + truth.bottom) / 2 - origin.y;
    samples.odd.push(odd.map((value) => value / unit));
    samples.even.push(even.map((value) => value / unit));
    samples.across.push((x * Math.cos(angle) + y * Math.sin(angle)) / unit);
    samples.down.push((y * Math.cos(angle) - x * Math.sin(angle)) / unit);
    samples.side.push((truth.right - truth.left) / unit);
  }
  const weights = {
    across: leastSquares(samples.odd, samples.across),
    down: leastSquares(samples.even, samples.down),
    side: leastSquares(samples.even, samples.side),
  };
  const alone = { down: [], side: [] };
  for await (const { picture, truth } of portraits(
    (file, mask) => mask !== null && !heldOut(file),
  )) {
    const box = sameFace(await detectFaces(sessions, picture, "detection_01"), truth, 0.3);
    if (box === undefined) continue;
    const size = Math.sqrt((box.right - box.left) * (box.bottom - box.top));
    alone.down.push((truth.top + truth.bottom - box.top - box.bottom) / 2 / size);
    alone.side.push((truth.right - truth.left) / size);
  }
  weights.boxDown = mean(alone.down);
  weights.boxSide = mean(alone.side);
  let text = await readFile(code, "utf8");
  for (const [name, values] of Object.entries(weights)) {
    const short = (value) => Number(value.toFixed(4));
    const value = Array.isArray(values) ? `[${values.map(short).join(", ")}]` : short(values);
    const line = `  ${name}: ${value},`;
    const place = new RegExp(`^  ${name}: .*,$`, "m");
    if (!place.test(text)) throw new Error(`no weights called ${name} in ${code.pathname}`);
    text = text.replace(place, line);
    console.log(line);
  }
  await writeFile(code, text);
  console.log(
    `fitted to ${samples.side.length} portraits and ${alone.side.length} with drawn masks`,
  );
}

async function turnedPicture(picture, degrees) {
  if (degrees === 0) return picture;
  const grey = { r: 128, g: 128, b: 128 };
  return fromSharp(toSharp(picture).rotate(degrees, { background: grey }));
}

/** The square of the service, were it to move with the face when the picture is turned about its middle. */
function turnedTruth(truth, picture, turned, degrees) {
  const angle = (degrees * Math.PI) / 180;
  const x = (truth.left + truth.right - picture.width) / 2;
  const y = (truth.top + truth.bottom - picture.height) / 2;
  return squareBox({
    center: {
      x: turned.width / 2 + x * Math.cos(angle) - y * Math.sin(angle),
      y: turned.height / 2 + x * Math.sin(angle) + y * Math.cos(angle),
    },
    side: truth.right - truth.left,
  });
}

const mirrored = ({ left, right, top, bottom }, { width }) => ({
  left: width - right,
  right: width - left,
  top,
  bottom,
});

async function answer(picture, truth) {
  const face = await faceOf(picture, truth);
  if (face === undefined) return undefined;
  const square = squareBox(serviceSquare(face.box, face.landmarks));
  const roll = Math.abs((eyeRoll(face.landmarks) * 180) / Math.PI);
  return { square, roll, agreement: overlap(square, truth) };
}

async function report() {
  const plain = [];
  const views = Object.fromEntries(
    turns.map((degrees) => [degrees, { agreement: [], size: [], mirror: [] }]),
  );
  views[0] = { agreement: [], size: [], mirror: [] };
  for await (const { picture, truth } of portraits(
    (file, mask) => mask === null && heldOut(file),
  )) {
    const upright = await answer(picture, truth);
    if (upright === undefined) continue;
    plain.push(upright);
    for (const degrees of [0, ...turns]) {
      const turned = await turnedPicture(picture, degrees);
      const expected = turnedTruth(truth, picture, turned, degrees);
      const own = await answer(turned, expected);
      const other = await answer(
        await fromSharp(toSharp(turned).flop()),
        mirrored(expected, turned),
      );
      if (own === undefined || other === undefined) continue;
      const size = ({ left, right }) => right - left;
      views[degrees].agreement.push(own.agreement);
      views[degrees].size.push(size(own.square) / size(upright.square));
      views[degrees].mirror.push(overlap(own.square, mirrored(other.square, turned)));
    }
  }
  const masked = [];
  for await (const { picture, truth } of portraits(
    (file, mask) => mask !== null && heldOut(file),
  )) {
    const own = await answer(picture, truth);
    if (own !== undefined) masked.push(own.agreement);
  }
  const shown = (values) => mean(values).toFixed(4);
  const agreement = (faces) => shown(faces.map((face) => face.agreement));
  console.log(
    `agreement with the service's square: ${agreement(plain)} of ${plain.length} portraits, ${shown(masked)} with drawn masks (${masked.length})`,
  );
  console.table(
    bands.slice(0, -1).map((low, index) => {
      const own = plain.filter(({ roll }) => roll >= low && roll < bands[index + 1]);
      return { "roll from": low, faces: own.length, agreement: agreement(own) };
    }),
  );
  console.table(
    [0, ...turns].map((degrees) => {
      const { agreement: agreements, size, mirror } = views[degrees];
      const spread = Math.sqrt(mean(size.map((value) => (value - mean(size)) ** 2)));
      return {
        turned: degrees,
        faces: agreements.length,
        agreement: shown(agreements),
        "size, of the upright picture's": `${shown(size)} +- ${spread.toFixed(4)}`,
        "agreement with the mirrored picture's": shown(mirror),
      };
    }),
  );
}

const work = { fit, report }[process.argv[2]];
if (work === undefined) throw new Error("usage: node training/detection/square.js fit|report");
await work();
