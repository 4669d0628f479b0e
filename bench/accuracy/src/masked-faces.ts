/** What a mask costs recognition: LFW pairs whose second picture wears one of the transparent mask pictures. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecognitionModelId } from "@mien/vision/analysis";
import { detectFaces } from "@mien/vision/detector";
import { locateLandmarks } from "@mien/vision/locate-landmarks";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import { Sessions } from "@mien/vision/sessions";
import { recognitionModels } from "@mien/vision/recognition-models";
import sharp from "sharp";
import { dataFolder } from "./data-folder.js";
import { type LfwPair, picturesOf } from "./lfw-data.js";
import { embedLfw, type NetworkVectors } from "./lfw-embeddings.js";
import { modelLogit } from "./model-logit.js";
import { fromSharp, toSharp } from "./raw-pictures.js";
import { countFrom, valueAtRate } from "./statistics.js";
import { middlemost } from "./subject.js";

export interface MaskedReport {
  readonly recognitionModel: RecognitionModelId;
  readonly pairs: number;
  /** Best accuracy over all thresholds, percent: what the embedding still knows, whatever the calibration. */
  readonly accuracyBare: number;
  readonly accuracyMasked: number;
  readonly trueAcceptsMaskedAtOneInHundred: number;
}

/** Straight views; the sided pictures and the gas mask are of other poses and another thing. */
const straight = /^(?!gas)[A-Za-z0-9_]*(?<!_left|_right)\.png$/;

/** Paths of the pictures of masks seen from the front, in the order of their names. */
export async function straightMasks(): Promise<string[]> {
  const folder = join(dataFolder, "masks/templates");
  return (await readdir(folder))
    .filter((file) => straight.test(file))
    .sort()
    .map((file) => join(folder, file));
}

/** @param wanted which of the mask pictures, in the order of their names. */
export async function maskDrawer(
  wanted: (index: number) => boolean = () => true,
): Promise<(picture: RgbPicture, file: string) => Promise<RgbPicture>> {
  const templates = await Promise.all(
    (await straightMasks())
      .filter((_, index) => wanted(index))
      .map(async (file) =>
        sharp(await readFile(file))
          .trim()
          .png()
          .toBuffer(),
      ),
  );
  const sessions = new Sessions();
  return async (picture, file) => {
    const face = middlemost(await detectFaces(sessions, picture, "detection_03"), picture);
    if (face === undefined) return picture;
    const [points] = (await locateLandmarks(sessions, picture, [face])) as [Float32Array];
    const x = (index: number): number => points[index * 2]!;
    const y = (index: number): number => points[index * 2 + 1]!;
    const left = Math.max(0, Math.round(Math.min(x(2), x(3), x(4))));
    const right = Math.min(picture.width, Math.round(Math.max(x(12), x(13), x(14))));
    const top = Math.max(0, Math.round((y(28) + y(29)) / 2));
    const bottom = Math.min(picture.height, Math.round(y(8)) + 2);
    if (right - left < 8 || bottom - top < 8) return picture;
    const template = templates[file.length % templates.length]!;
    const input = await sharp(template)
      .resize(right - left, bottom - top, { fit: "fill" })
      .png()
      .toBuffer();
    return fromSharp(toSharp(picture).composite([{ input, left, top }]).removeAlpha());
  };
}

export async function measureMasked(
  pairs: readonly LfwPair[],
  bare: ReadonlyMap<string, NetworkVectors>,
): Promise<MaskedReport[]> {
  const seconds = [...new Set(pairs.map(({ second }) => second))];
  const masked = await embedLfw(seconds, "masked", undefined, await maskDrawer());
  const usable = pairs.filter(
    ({ first, second }) => bare.has(first) && bare.has(second) && masked.has(second),
  );
  if (picturesOf(usable).length === 0) throw new Error("no pair has two faces");
  return (Object.keys(recognitionModels) as RecognitionModelId[]).map((id) => {
    const logit = modelLogit(id);
    const scores = (
      other: ReadonlyMap<string, NetworkVectors>,
    ): { score: number; same: boolean }[] =>
      usable.map(({ first, second, same }) => ({
        same,
        score: logit(bare.get(first)!, other.get(second)!),
      }));
    const withMask = scores(masked);
    const of = (same: boolean): Float64Array =>
      Float64Array.from(
        withMask.filter((pair) => pair.same === same).map(({ score }) => score),
      ).sort();
    const [strangers, people] = [of(false), of(true)];
    return {
      recognitionModel: id,
      pairs: usable.length,
      accuracyBare: bestAccuracy(scores(bare)),
      accuracyMasked: bestAccuracy(withMask),
      trueAcceptsMaskedAtOneInHundred:
        countFrom(people, valueAtRate(strangers, 0.01)) / people.length,
    };
  });
}

function bestAccuracy(scored: readonly { score: number; same: boolean }[]): number {
  const sorted = [...scored].sort((a, b) => b.score - a.score);
  let right = sorted.filter(({ same }) => !same).length;
  let best = right;
  for (const { same } of sorted) {
    right += same ? 1 : -1;
    best = Math.max(best, right);
  }
  return (100 * best) / scored.length;
}
