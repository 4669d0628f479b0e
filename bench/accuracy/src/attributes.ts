/** The attributes against the service's own answers, and against strengths of blur and noise that are known. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { accessories } from "@mien/vision/attributes/accessories";
import { exposure } from "@mien/vision/attributes/exposure";
import { glasses } from "@mien/vision/attributes/glasses";
import { type HeadOutputs, runHeads } from "@mien/vision/attributes/heads";
import { mask } from "@mien/vision/attributes/mask";
import { occlusion } from "@mien/vision/attributes/occlusion";
import { blur, noise } from "@mien/vision/attributes/picture-quality";
import { type PixelStatistics, pixelStatistics } from "@mien/vision/attributes/pixel-statistics";
import { age, hair } from "@mien/vision/attributes/retired";
import type { ScoredBox } from "@mien/vision/boxes";
import { overlap } from "@mien/vision/boxes";
import { decodePicture } from "@mien/vision/decode";
import { detectFaces } from "@mien/vision/detector";
import { locateLandmarks } from "@mien/vision/locate-landmarks";
import { pictureFormat } from "@mien/vision/picture-format";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import { serviceSquare } from "@mien/vision/service-square";
import { Sessions } from "@mien/vision/sessions";
import sharp from "sharp";
import { dataFolder } from "./data-folder.js";
import { heldOut, readServiceAnswers, type ServiceAnswer } from "./face-geometry.js";
import { progress } from "./progress.js";
import { mean, seededRandom } from "./statistics.js";

export interface AttributesReport {
  readonly portraits: number;
  readonly glasses: {
    readonly accuracy: number;
    readonly balanced: number;
    /** Rows: the service's noGlasses, readingGlasses, sunglasses; columns: ours, swimmingGoggles last. */
    readonly confusion: readonly (readonly number[])[];
    readonly sunglassesCalledNone: number;
  };
  /** Areas under the ROC curve, with the count of positives. */
  readonly areas: Readonly<Record<string, { readonly area: number; readonly positives: number }>>;
  readonly falseAlarms: Readonly<Record<"eye" | "mouth", number>>;
  readonly mask: {
    readonly realPhotographs: number;
    readonly realAccuracy: number;
    readonly drawn: number;
    readonly drawnFound: number;
    readonly coveredAccuracy: number;
    readonly plainCalledMasked: number;
  };
  readonly exposure: { readonly error: number; readonly levels: number };
  readonly blur: QualityReport;
  readonly noise: QualityReport;
  readonly age: { readonly error: number };
  readonly ageByGroup: readonly AgeGroup[];
  readonly hairColour: { readonly topOne: number; readonly portraits: number };
}

interface QualityReport {
  /** Spearman's, with the strength that was put in. */
  readonly rankCorrelation: number;
  /** Share of natural portraits on the service's level. */
  readonly levels: number;
  /** What always answering "low" would reach. */
  readonly alwaysLow: number;
  /** Rank correlation with the other one's strength: 0 is independent. */
  readonly crossTalk: number;
}

interface AgeGroup {
  readonly group: string;
  readonly portraits: number;
  readonly glassesAccuracy: number;
  readonly ageError: number;
  readonly maskFalseAlarms: number;
}

interface Seen {
  readonly heads: HeadOutputs;
  readonly pixels: PixelStatistics;
}

async function look(
  sessions: Sessions,
  picture: RgbPicture,
  near?: ScoredBox,
): Promise<Seen | undefined> {
  const boxes = await detectFaces(sessions, picture, "detection_03");
  const best =
    near === undefined
      ? boxes.sort((a, b) => fromMiddle(picture, a) - fromMiddle(picture, b))[0]
      : boxes
          .filter((box) => overlap(box, near) > 0.2)
          .sort((a, b) => overlap(b, near) - overlap(a, near))[0];
  if (best === undefined) return undefined;
  const [landmarks] = (await locateLandmarks(sessions, picture, [best])) as [Float32Array];
  const [heads] = (await runHeads(sessions, picture, [landmarks])) as [HeadOutputs];
  return { heads, pixels: pixelStatistics(picture, best, serviceSquare(best, landmarks)) };
}

/** Distance from the picture's middle in widths of the box: the subject is the nearest. */
function fromMiddle(picture: RgbPicture, { left, top, right, bottom }: ScoredBox): number {
  const [x, y] = [(left + right - picture.width) / 2, (top + bottom - picture.height) / 2];
  return Math.hypot(x, y) / (right - left);
}

/** Mann and Whitney's statistic; ties count half. */
function areaUnderCurve(scored: readonly { score: number; positive: boolean }[]): {
  area: number;
  positives: number;
} {
  const sorted = [...scored].sort((a, b) => a.score - b.score);
  let ranks = 0;
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (end < sorted.length && sorted[end]!.score === sorted[i]!.score) end++;
    const rank = (i + end + 1) / 2;
    for (; i < end; i++) if (sorted[i]!.positive) ranks += rank;
  }
  const positives = scored.filter(({ positive }) => positive).length;
  const others = scored.length - positives;
  return { area: (ranks - (positives * (positives + 1)) / 2) / (positives * others), positives };
}

function ranksOf(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length);
  for (let i = 0; i < order.length;) {
    let end = i;
    while (end < order.length && order[end]!.value === order[i]!.value) end++;
    for (let k = i; k < end; k++) ranks[order[k]!.index] = (i + end - 1) / 2;
    i = end;
  }
  return ranks;
}

function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const [mx, my] = [mean(x), mean(y)];
  const sum = (f: (i: number) => number): number => x.reduce((total, _, i) => total + f(i), 0);
  const covariance = sum((i) => (x[i]! - mx) * (y[i]! - my));
  const spread = Math.sqrt(sum((i) => (x[i]! - mx) ** 2) * sum((i) => (y[i]! - my) ** 2));
  return spread === 0 ? 0 : covariance / spread;
}

const strengths = [0, 1, 2, 3, 4, 5];

async function blurred(picture: RgbPicture, sigma: number): Promise<RgbPicture> {
  if (sigma === 0) return picture;
  const { width, height } = picture;
  const data = await sharp(picture.data, { raw: { width, height, channels: 3 } })
    .blur(Math.max(0.3, sigma))
    .raw()
    .toBuffer();
  return { data, width, height };
}

function noisy(picture: RgbPicture, deviation: number, random: () => number): RgbPicture {
  const data = Uint8Array.from(picture.data, (value) => {
    // Box and Muller's normal numbers.
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.min(255, Math.max(0, Math.round(value + deviation * normal)));
  });
  return { ...picture, data };
}

function truthBox({ faceRectangle: { left, top, width, height } }: ServiceAnswer): ScoredBox {
  return { left, top, right: left + width, bottom: top + height, score: 1 };
}

export async function measureAttributes(): Promise<AttributesReport> {
  const sessions = new Sessions();
  const answers = (await readServiceAnswers()).filter(({ file }) => heldOut(file));
  const plain: { seen: Seen; truth: ServiceAnswer["faceAttributes"] }[] = [];
  const drawn: { seen: Seen; form: string }[] = [];
  const quality: Record<"blur" | "noise", { blur: number; noise: number; strength: number }[]> = {
    blur: [],
    noise: [],
  };
  const random = seededRandom(5);
  const report = progress("attributes", answers.length);
  for (const answer of answers) {
    report();
    const { picture } = await decodePicture(
      await readFile(join(dataFolder, "service-answers", answer.file)),
    );
    const near = truthBox(answer);
    const seen = await look(sessions, picture, near);
    if (seen === undefined) continue;
    if (answer.drawnMask !== null) {
      drawn.push({ seen, form: answer.drawnMask });
      continue;
    }
    plain.push({ seen, truth: answer.faceAttributes });
    if (plain.length % 8 !== 0) continue;
    for (const strength of strengths) {
      const versions = {
        blur: await blurred(picture, strength * 0.8),
        noise: noisy(picture, strength * 5, random),
      };
      for (const name of ["blur", "noise"] as const) {
        const again = await look(sessions, versions[name], near);
        if (again !== undefined)
          quality[name].push({
            blur: blur(again.pixels).value,
            noise: noise(again.pixels).value,
            strength,
          });
      }
    }
  }
  const real: { seen: Seen; masked: boolean }[] = [];
  for (const folder of ["with_mask", "without_mask"])
    for (const file of (await readdir(join(dataFolder, "masks", folder))).sort()) {
      if (!heldOut(file)) continue;
      const bytes = await readFile(join(dataFolder, "masks", folder, file));
      if (pictureFormat(bytes) === undefined) continue;
      const seen = await look(sessions, (await decodePicture(bytes)).picture);
      if (seen !== undefined) real.push({ seen, masked: folder === "with_mask" });
    }
  return summary(plain, drawn, real, quality);
}

const glassesClasses = ["noGlasses", "readingGlasses", "sunglasses", "swimmingGoggles"] as const;

function summary(
  plain: readonly { seen: Seen; truth: ServiceAnswer["faceAttributes"] }[],
  drawn: readonly { seen: Seen; form: string }[],
  real: readonly { seen: Seen; masked: boolean }[],
  quality: Readonly<
    Record<"blur" | "noise", readonly { blur: number; noise: number; strength: number }[]>
  >,
): AttributesReport {
  const rate = <Item>(items: readonly Item[], is: (item: Item) => boolean): number =>
    items.filter(is).length / items.length;
  const kind = (word: string): number =>
    glassesClasses.findIndex((name) => name.toLowerCase() === word.toLowerCase());
  // Half of the service's swimming goggles are none, so they are left out.
  const worn = plain.filter(({ truth }) => kind(truth.glasses) < 3);
  const confusion = [0, 1, 2].map((row) =>
    glassesClasses.map(
      (name) =>
        worn.filter(
          ({ seen, truth }) => kind(truth.glasses) === row && glasses(seen.heads) === name,
        ).length,
    ),
  );
  const rowSum = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);
  const area = (
    score: (heads: HeadOutputs) => number,
    positive: (truth: ServiceAnswer["faceAttributes"]) => boolean,
  ) =>
    areaUnderCurve(
      plain.map(({ seen, truth }) => ({ score: score(seen.heads), positive: positive(truth) })),
    );
  const natural = plain.filter(
    ({ truth }) => !truth.occlusion.mouthOccluded && !truth.occlusion.eyeOccluded,
  );
  const coloured = plain.filter(
    ({ truth: { hair: own } }) =>
      !own.invisible && own.hairColor.some(({ confidence }) => confidence >= 0.9),
  );
  const levels = (name: "blur" | "noise"): QualityReport => {
    const level = (seen: Seen): string =>
      name === "blur" ? blur(seen.pixels).blurLevel : noise(seen.pixels).noiseLevel;
    const theirs = (truth: ServiceAnswer["faceAttributes"]): string =>
      (name === "blur" ? truth.blur.blurLevel : truth.noise.noiseLevel).toLowerCase();
    const other = name === "blur" ? "noise" : "blur";
    return {
      rankCorrelation: spearman(
        quality[name].map((each) => each[name]),
        quality[name].map(({ strength }) => strength),
      ),
      levels: rate(plain, ({ seen, truth }) => level(seen) === theirs(truth)),
      alwaysLow: rate(plain, ({ truth }) => theirs(truth) === "low"),
      crossTalk: spearman(
        quality[other].map((each) => each[name]),
        quality[other].map(({ strength }) => strength),
      ),
    };
  };
  const groups: readonly (readonly [string, number, number])[] = [
    ["under 18", 0, 18],
    ["18 to 34", 18, 35],
    ["35 to 54", 35, 55],
    ["55 and over", 55, 200],
  ];
  return {
    portraits: plain.length,
    glasses: {
      accuracy: confusion.reduce((sum, row, index) => sum + row[index]!, 0) / worn.length,
      balanced: mean(confusion.map((row, index) => row[index]! / rowSum(row))),
      confusion,
      sunglassesCalledNone: confusion[2]![0]! / rowSum(confusion[2]!),
    },
    areas: {
      "headwear (accessories)": area(
        (heads) => heads.headwear[0]!,
        (truth) => truth.accessories.some(({ type }) => type === "headwear"),
      ),
      "glasses (accessories)": area(
        (heads) => 1 - heads.glasses[0]!,
        (truth) => kind(truth.glasses) !== 0,
      ),
      foreheadOccluded: area(
        (heads) => heads.forehead[0]!,
        (truth) => truth.occlusion.foreheadOccluded,
      ),
      smile: area(
        (heads) => heads.smile[0]!,
        (truth) => truth.smile > 0.5,
      ),
      beard: area(
        (heads) => heads.beard[0]!,
        (truth) => truth.facialHair.beard > 0.5,
      ),
      moustache: area(
        (heads) => heads.moustache[0]!,
        (truth) => truth.facialHair.moustache > 0.5,
      ),
      sideburns: area(
        (heads) => heads.sideburns[0]!,
        (truth) => truth.facialHair.sideburns > 0.5,
      ),
      bald: areaUnderCurve(
        plain
          .filter(({ truth }) => !truth.hair.invisible)
          .map(({ seen, truth }) => ({
            score: seen.heads.bald[0]!,
            positive: truth.hair.bald > 0.5,
          })),
      ),
    },
    falseAlarms: {
      eye: rate(natural, ({ seen }) => occlusion(seen.heads).eyeOccluded),
      mouth: rate(natural, ({ seen }) => occlusion(seen.heads).mouthOccluded),
    },
    mask: {
      realPhotographs: real.length,
      realAccuracy: rate(
        real,
        ({ seen, masked }) => mask(seen.heads).type === (masked ? "faceMask" : "noMask"),
      ),
      drawn: drawn.length,
      drawnFound: rate(drawn, ({ seen }) => mask(seen.heads).type === "faceMask"),
      coveredAccuracy: rate(
        drawn,
        ({ seen, form }) =>
          mask(seen.heads).noseAndMouthCovered === (form === "Mask" || form === "Mask_Nose_Mouth"),
      ),
      plainCalledMasked: rate(plain, ({ seen }) =>
        accessories(seen.heads).some(({ type }) => type === "mask"),
      ),
    },
    exposure: {
      error: mean(
        plain.map(({ seen, truth }) =>
          Math.abs(exposure(seen.pixels).value - truth.exposure.value),
        ),
      ),
      levels: rate(
        plain,
        ({ seen, truth }) =>
          exposure(seen.pixels).exposureLevel.toLowerCase() ===
          truth.exposure.exposureLevel.toLowerCase(),
      ),
    },
    blur: levels("blur"),
    noise: levels("noise"),
    age: { error: mean(plain.map(({ seen, truth }) => Math.abs(age(seen.heads) - truth.age))) },
    ageByGroup: groups.map(([group, from, to]) => {
      const own = plain.filter(({ truth }) => truth.age >= from && truth.age < to);
      return {
        group,
        portraits: own.length,
        glassesAccuracy: rate(
          own,
          ({ seen, truth }) => glasses(seen.heads).toLowerCase() === truth.glasses.toLowerCase(),
        ),
        ageError: mean(own.map(({ seen, truth }) => Math.abs(age(seen.heads) - truth.age))),
        maskFalseAlarms: rate(own, ({ seen }) => mask(seen.heads).type !== "noMask"),
      };
    }),
    hairColour: {
      portraits: coloured.length,
      topOne: rate(coloured, ({ seen, truth }) => {
        const [best] = [...truth.hair.hairColor].sort((a, b) => b.confidence - a.confidence);
        return hair(seen.heads).hairColor[0]?.color === best!.color.toLowerCase();
      }),
    },
  };
}
