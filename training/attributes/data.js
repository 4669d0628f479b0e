/** What the collecting scripts share: where things go, the crop that is kept, and dice that fall the same every time. */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { halfOf, personOf, picturesOf, readPairs } from "../../bench/accuracy/dist/lfw-data.js";
import { seededRandom } from "../../bench/accuracy/dist/statistics.js";

export const work =
  process.env.MIEN_TRAINING_WORK ?? fileURLToPath(new URL("../work", import.meta.url));
/** Crop that is kept: the network sees 1.5 frames in 128 pixels, the rest is room to move it. */
export const cropSide = 160;
export const cropFrames = 1.875;

/** Dice of a name. */
export function random(name) {
  return seededRandom(createHash("sha256").update(name).digest().readUInt32LE(0) || 1);
}

/** Pictures of the half of LFW's people that fits; the other half checks recognition and its quality. */
export async function lfwFitFiles() {
  return picturesOf(await readPairs()).filter((file) => halfOf(personOf(file)) === 0);
}
