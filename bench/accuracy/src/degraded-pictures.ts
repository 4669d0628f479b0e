/** Pictures spoilt as cameras spoil them: out of focus, moved, far away, dark, noisy, compressed. */
import type { RgbPicture } from "@mien/vision/rgb-picture";
import sharp from "sharp";
import { fromSharp, toSharp } from "./raw-pictures.js";

type Random = () => number;
type Spoil = (picture: RgbPicture, random: Random) => Promise<RgbPicture>;

const between = (random: Random, low: number, high: number): number =>
  low + random() * (high - low);

function mapped(picture: RgbPicture, f: (value: number) => number): RgbPicture {
  return {
    ...picture,
    data: Uint8Array.from(picture.data, (value) =>
      Math.min(255, Math.max(0, Math.round(f(value)))),
    ),
  };
}

/** Box and Muller's normal numbers on every value. */
export function noisy(picture: RgbPicture, deviation: number, random: Random): RgbPicture {
  return mapped(
    picture,
    (value) =>
      value + deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}

export async function blurred(picture: RgbPicture, sigma: number): Promise<RgbPicture> {
  return sigma === 0 ? picture : fromSharp(toSharp(picture).blur(Math.max(0.3, sigma)));
}

/** The same without its colours: luma of ITU-R BT.601. */
export function greyscale({ data, width, height }: RgbPicture): RgbPicture {
  const grey = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 3)
    grey.fill(
      Math.round(0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!),
      at,
      at + 3,
    );
  return { data: grey, width, height };
}

/** A camera that moved along a line: the mean of the pixels on it. */
async function moved(picture: RgbPicture, length: number, angle: number): Promise<RgbPicture> {
  const size = 2 * Math.ceil(length / 2) + 1;
  const kernel = new Array<number>(size * size).fill(0);
  const middle = (size - 1) / 2;
  for (let k = -2 * size; k <= 2 * size; k++) {
    const along = (k / (4 * size)) * length;
    const x = Math.round(middle + along * Math.cos(angle));
    const y = Math.round(middle + along * Math.sin(angle));
    kernel[y * size + x]! += 1;
  }
  return fromSharp(toSharp(picture).convolve({ width: size, height: size, kernel }));
}

const spoils: Readonly<Record<string, Spoil>> = {
  focus: (picture, random) => blurred(picture, between(random, 0.8, 5)),
  motion: (picture, random) => moved(picture, between(random, 4, 16), between(random, 0, Math.PI)),
  distance: (picture, random) =>
    fromSharp(toSharp(picture).resize(Math.round(picture.width / between(random, 1.5, 6)))),
  noise: (picture, random) => Promise.resolve(noisy(picture, between(random, 6, 45), random)),
  light: (picture, random) => {
    const gamma = Math.exp(between(random, 0.5, 1.5) * (random() < 0.7 ? 1 : -1));
    const scale = gamma > 1 ? between(random, 0.4, 1) : 1;
    return Promise.resolve(mapped(picture, (value) => 255 * scale * (value / 255) ** gamma));
  },
  compression: async (picture, random) =>
    fromSharp(
      sharp(
        await toSharp(picture)
          .jpeg({ quality: Math.round(between(random, 4, 25)) })
          .toBuffer(),
      ),
    ),
};

/** One spoil, or two with even chance. */
export async function degraded(picture: RgbPicture, random: Random): Promise<RgbPicture> {
  const names = Object.keys(spoils);
  const count = random() < 0.5 ? 1 : 2;
  let result = picture;
  for (let k = 0; k < count; k++) {
    const [name] = names.splice(Math.floor(random() * names.length), 1);
    result = await spoils[name!]!(result, random);
  }
  return result;
}
