/**
 * The vectors that `children.py` works on: of the portraits that the service answered, of all people under eighteen and of
 * every third older one.
 * Usage: node training/recognition/collect-children.js FOLDER [EVERY]
 */
import {
  heldOut,
  portraitFace,
  readServiceAnswers,
} from "../../bench/accuracy/dist/face-geometry.js";
import { networkVectors } from "../../bench/accuracy/dist/lfw-embeddings.js";
import { progress } from "../../bench/accuracy/dist/progress.js";
import { locateLandmarks } from "../../packages/vision/dist/locate-landmarks.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";
import { networks, writeOfNetworks } from "./collected.js";

const [folder, every = "1"] = process.argv.slice(2);
const sessions = new Sessions();
const faces = [];
const vectors = [];
const portraits = (await readServiceAnswers())
  .filter(({ drawnMask }) => drawnMask === null)
  .filter(({ faceAttributes }, index) => faceAttributes.age < 18 || index % 3 === 0)
  .filter((_, index) => index % Number(every) === 0);
const report = progress("portraits", portraits.length);
for (const portrait of portraits) {
  report();
  const found = await portraitFace(sessions, portrait);
  if (found === undefined) continue;
  const landmarks = await locateLandmarks(sessions, found.picture, [found.face]);
  const [own] = await networkVectors(sessions, found.picture, landmarks, networks);
  faces.push({ age: portrait.faceAttributes.age, reported: heldOut(portrait.file) });
  vectors.push(...networks.map((name) => own[name]));
}
await writeOfNetworks(folder, "children", { faces }, vectors);
