/** Patches of photographs for what is drawn on faces. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import { random } from "./data.js";

const side = 64;
const portraitSide = 256;
const within = (at, size) => Math.round(Math.min(portraitSide - size, Math.max(0, at)));

/** Cheeks of portraits: the middle of each side of the face, below the eyes. */
export async function skinPatches(answers, count = 120) {
  const dice = random("skins");
  const patches = [];
  for (let k = 0; k < count; k++) {
    const { file, faceRectangle } = answers[Math.floor(dice() * answers.length)];
    const { left, top, width, height } = faceRectangle;
    const size = Math.round(width * 0.2);
    patches.push(
      await sharp(await readFile(join(dataFolder, "service-answers", file)))
        .extract({
          left: within(left + width * (dice() < 0.5 ? 0.14 : 0.66), size),
          top: within(top + height * 0.48, size),
          width: size,
          height: size,
        })
        .resize(side)
        .jpeg({ quality: 90 })
        .toBuffer(),
    );
  }
  return patches;
}

/** Anything in photographs of crowds, those of `train` or of `val`: cloth, walls, leaves, signs. */
export async function thingPatches(half, count = 300) {
  const dice = random("things");
  const folder = join(dataFolder, "wider", half);
  const files = (await readdir(folder, { recursive: true }))
    .filter((file) => file.endsWith(".jpg"))
    .sort();
  const patches = [];
  for (let k = 0; k < count; k++) {
    const bytes = await readFile(join(folder, files[Math.floor(dice() * files.length)]));
    const { width, height } = await sharp(bytes).metadata();
    const size = Math.min(width, height, 40 + Math.floor(dice() * 160));
    patches.push(
      await sharp(bytes)
        .extract({
          left: Math.floor(dice() * (width - size + 1)),
          top: Math.floor(dice() * (height - size + 1)),
          width: size,
          height: size,
        })
        .resize(side)
        .jpeg({ quality: 90 })
        .toBuffer(),
    );
  }
  return patches;
}
