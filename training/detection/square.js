/**
 * The square that `detection_01` answers. `fit` fits the weights of `packages/vision/src/service-square.ts` and writes them
 * there: to the service's answers for plain portraits; the side also to faces in profile, of which the service answered
 * hardly any, so that their box gives it; and those of a box alone to the service's answers for portraits with a drawn mask, since
 * landmarks are not to be trusted there. `report` says of what is left out what the built package answers: how well its squares
 * agree with the service's, how large they are for their box by yaw, and what is left of both where the picture is turned.
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
const turns = [-60, -30, 30, 60, 90, 180];
/** Degrees of yaw, either way. */
const bands = [0, 20, 40, 60, Infinity];
/** Degrees of yaw from which a face of known pose is a profile that the side is fitted to. */
const profileYaw = 40;
/**
 * Side of a profile's square, in units of its box's size. The service's portraits say about .88 at every yaw, but beyond 40
 * degrees they are 47; what was answered before, with terms that changed with the roll, was about .95.
 */
const profileSide = 0.95;

async function* portraits(wanted) {
  for (const { file, drawnMask, faceRectangle, faceAttributes } of await readServiceAnswers()) {
    if (!wanted(file, drawnMask)) continue;
    const { picture } = await decodePicture(
      await readFile(join(dataFolder, "service-answers", file)),
    );
    yield { picture, truth: boxOf(faceRectangle), yaw: Math.abs(faceAttributes.headPose.yaw) };
  }
}

/** Faces of known pose: those at even places of the list are fitted to, the others reported on. */
async function* posedFaces(reported) {
  const lines = (await readFile(join(dataFolder, "pose/truth.jsonl"), "utf8")).trim().split("\n");
  for (const [index, line] of lines.entries()) {
    if ((index % 2 === 1) !== reported) continue;
    const { file, yaw, landmarks68 } = JSON.parse(line);
    const { picture, width } = await decodePicture(
      await readFile(join(dataFolder, "pose/images", file)),
    );
    const scale = picture.width / width;
    const xs = landmarks68.map(([x]) => x * scale);
    const ys = landmarks68.map(([, y]) => y * scale);
    yield {
      picture,
      truth: {
        left: Math.min(...xs),
        right: Math.max(...xs),
        top: Math.min(...ys),
        bottom: Math.max(...ys),
      },
      yaw: Math.abs(yaw),
    };
  }
}

/** The box and the landmarks of the face that is meant, as they are served. */
async function faceOf(picture, truth) {
  const box = sameFace(await detectFaces(sessions, picture, "detection_01"), truth, 0.25);
  if (box === undefined) return undefined;
  const [landmarks] = await locateLandmarks(sessions, picture, [box]);
  return { box, landmarks };
}

const boxSize = ({ left, right, top, bottom }) => Math.sqrt((right - left) * (bottom - top));

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
  const samples = { odd: [], even: [], across: [], down: [] };
  const sides = { even: [], side: [] };
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
    sides.even.push(even.map((value) => value / unit));
    sides.side.push((truth.right - truth.left) / unit);
  }
  // Only the side: the middle of the service's square is not the box's in a face turned aside, and the portraits tell it.
  for await (const { picture, truth, yaw } of posedFaces(false)) {
    if (yaw < profileYaw) continue;
    const face = await faceOf(picture, truth);
    if (face === undefined) continue;
    const { even } = squareClues(face.box, face.landmarks);
    sides.even.push(even.map((value) => value / even[0]));
    sides.side.push((profileSide * boxSize(face.box)) / even[0]);
  }
  const weights = {
    across: leastSquares(samples.odd, samples.across),
    down: leastSquares(samples.even, samples.down),
    side: leastSquares(sides.even, sides.side),
  };
  const alone = { down: [], side: [] };
  for await (const { picture, truth } of portraits(
    (file, mask) => mask !== null && !heldOut(file),
  )) {
    const box = sameFace(await detectFaces(sessions, picture, "detection_01"), truth, 0.3);
    if (box === undefined) continue;
    const size = boxSize(box);
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
    `fitted to ${samples.down.length} portraits, ${sides.side.length - samples.down.length} profiles and ${alone.side.length} portraits with drawn masks`,
  );
}

async function turnedPicture(picture, degrees) {
  if (degrees === 0) return picture;
  const grey = { r: 128, g: 128, b: 128 };
  return fromSharp(toSharp(picture).rotate(degrees, { background: grey }));
}

/** A box, were it to move with the face when the picture is turned about its middle, made a square. */
function turnedTruth(truth, picture, turned, degrees) {
  if (degrees === 0) return truth;
  const angle = (degrees * Math.PI) / 180;
  const x = (truth.left + truth.right - picture.width) / 2;
  const y = (truth.top + truth.bottom - picture.height) / 2;
  return squareBox({
    center: {
      x: turned.width / 2 + x * Math.cos(angle) - y * Math.sin(angle),
      y: turned.height / 2 + x * Math.sin(angle) + y * Math.cos(angle),
    },
    side: boxSize(truth),
  });
}

async function answer(picture, truth) {
  const face = await faceOf(picture, truth);
  if (face === undefined) return undefined;
  const { center, side } = serviceSquare(face.box, face.landmarks);
  const square = squareBox({ center, side });
  return { side, ofBox: side / boxSize(face.box), agreement: overlap(square, truth) };
}

/** What is answered for faces upright and turned: a list for each turn, 0 among them. */
async function answers(faces) {
  const views = new Map([0, ...turns].map((degrees) => [degrees, []]));
  for await (const { picture, truth, yaw } of faces) {
    const upright = await answer(picture, truth);
    if (upright === undefined) continue;
    for (const [degrees, view] of views) {
      const turned = await turnedPicture(picture, degrees);
      const own = await answer(turned, turnedTruth(truth, picture, turned, degrees));
      if (own === undefined) continue;
      const serviceOfBox = (upright.ofBox * (truth.right - truth.left)) / upright.side;
      view.push({ ...own, yaw, serviceOfBox, ofUpright: own.side / upright.side });
    }
  }
  return views;
}

const shown = (values) => (values.length === 0 ? "" : mean(values).toFixed(3));

function spread(values) {
  if (values.length === 0) return "";
  const middle = mean(values);
  const deviation = Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
  return `${middle.toFixed(3)} +- ${deviation.toFixed(3)}`;
}

function byYaw(faces, columns) {
  console.table(
    bands.slice(0, -1).map((low, index) => {
      const own = faces.filter(({ yaw }) => yaw >= low && yaw < bands[index + 1]);
      return { "yaw from": low, faces: own.length, ...columns(own) };
    }),
  );
}

const of = (faces, name) => faces.map((face) => face[name]);
const lowest = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 20)];

async function report() {
  const views = await answers(portraits((file, mask) => mask === null && heldOut(file)));
  const plain = views.get(0);
  const masked = [];
  for await (const { picture, truth } of portraits(
    (file, mask) => mask !== null && heldOut(file),
  )) {
    const own = await answer(picture, truth);
    if (own !== undefined) masked.push(own.agreement);
  }
  console.log(
    `agreement with the service's square: ${shown(of(plain, "agreement"))} of ${plain.length} portraits, ${shown(masked)} with drawn masks (${masked.length})`,
  );
  byYaw(plain, (own) => ({
    agreement: shown(of(own, "agreement")),
    "side / box": spread(of(own, "ofBox")),
    "service's side / box": spread(of(own, "serviceOfBox")),
  }));
  console.table(
    [...views].map(([turned, own]) => ({
      turned,
      faces: own.length,
      agreement: shown(of(own, "agreement")),
      "side / upright side": spread(of(own, "ofUpright")),
    })),
  );
  const posed = await answers(posedFaces(true));
  console.log("faces of known pose");
  byYaw(posed.get(0), (own) => ({
    "side / box": spread(of(own, "ofBox")),
    "of one in twenty below": lowest(of(own, "ofBox"))?.toFixed(3),
  }));
  console.log("side / upright side, of faces of known pose that are turned");
  console.table(
    [...posed].map(([turned, own]) => ({
      turned,
      faces: own.length,
      "yaw below 40": spread(
        of(
          own.filter(({ yaw }) => yaw < profileYaw),
          "ofUpright",
        ),
      ),
      "40 and more": spread(
        of(
          own.filter(({ yaw }) => yaw >= profileYaw),
          "ofUpright",
        ),
      ),
    })),
  );
}

const work = { fit, report }[process.argv[2]];
if (work === undefined) throw new Error("usage: node training/detection/square.js fit|report");
await work();
