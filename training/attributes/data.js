/** Where the pictures are, which of them report, and dice that fall the same every time. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
export const data = process.env.MIEN_BENCH_DATA ?? join(root, "../shared/data");
export const work = process.env.MIEN_TRAINING_WORK ?? join(root, "training/work");
/** Crop that is kept: the network sees 1.5 frames in 128 pixels, the rest is room to move it. */
export const cropSide = 160;
export const cropFrames = 1.875;

/** Xorshift seeded by a name. */
export function random(name) {
  let state = createHash("sha256").update(name).digest().readUInt32LE(0) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

export async function readAnswers() {
  const text = await readFile(join(data, "service-answers/answers.jsonl"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** The fifth of the portraits and mask photographs that trains nothing, as in `bench/accuracy`. */
export function heldOut(file) {
  const number = Number(/(\d+)\D*$/.exec(file)?.[1] ?? 0);
  return Number((BigInt(number) * 2654435761n) % 2n ** 32n) / 2 ** 32 >= 0.8;
}

/** Pictures of the half of LFW's people that fits; the other half checks recognition and its quality. */
export async function lfwFitFiles() {
  const [, ...lines] = (await readFile(join(data, "lfw/pairs.txt"), "utf8")).trim().split("\n");
  const files = new Set();
  for (const line of lines) {
    const words = line.split("\t");
    const pictures =
      words.length === 3
        ? [words.slice(0, 2), [words[0], words[2]]]
        : [words.slice(0, 2), words.slice(2)];
    for (const [person, number] of pictures)
      if (createHash("sha256").update(person).digest()[0] % 2 === 0)
        files.add(`${person}/${person}_${number.padStart(4, "0")}.jpg`);
  }
  return [...files].sort();
}
