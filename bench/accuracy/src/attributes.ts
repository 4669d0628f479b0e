/** The attributes against the service's own answers, and against strengths of blur and noise that are known. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { accessories } from "@mien/vision/attributes/accessories";
import { exposure } from "@mien/vision/attributes/exposure";
import { glasses } from "@mien/vision/attributes/glasses";
import { mask } from "@mien/vision/attributes/mask";
import type { HeadOutputs } from "@mien/vision/attributes/network";
import { occlusion } from "@mien/vision/attributes/occlusion";
import { blur, noise } from "@mien/vision/attributes/picture-quality";
import { age, facialHair, hair, smile } from "@mien/vision/attributes/retired";
import { decodePicture } from "@mien/vision/decode";
import { pictureFormat } from "@mien/vision/picture-format";
import { Sessions } from "@mien/vision/sessions";
import { look, type Seen, type SeenWithRetired, withRetired } from "./attributes-look.js";
import { dataFolder } from "./data-folder.js";
import { blurred, noisy } from "./degraded-pictures.js";
import { type DrawnFace, faceDrawer } from "./drawn-faces.js";
import { heldOut, readServiceAnswers, type ServiceAnswer } from "./face-geometry.js";
import { progress } from "./progress.js";
import { areaUnderCurve, spearman } from "./rank-statistics.js";
import { mean, seededRandom } from "./statistics.js";
import { boxOf } from "./subject.js";

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
    /** Of the photographs, those in which a face was found at all. */
    readonly realFound: number;
    /** Of the faces found. */
    readonly realAccuracy: number;
    readonly drawn: number;
    readonly drawnFound: number;
    readonly coveredAccuracy: number;
    readonly plainCalledMasked: number;
    /** Rows: none, the masks' four heights, hands and scarves; columns: noMask, faceMask, otherMaskOrOcclusion, uncertain. */
    readonly confusion: readonly { readonly drawn: string; readonly counts: readonly number[] }[];
    /** noseAndMouthCovered by the height of the mask. */
    readonly heights: readonly {
      readonly height: string;
      readonly faces: number;
      readonly right: number;
    }[];
    readonly heightsRight: number;
    readonly otherFound: number;
  };
  /** What is drawn over a part of the face, against plain portraits without anything there. */
  readonly occluders: readonly {
    readonly part: string;
    readonly faces: number;
    readonly area: number;
    readonly found: number;
  }[];
  readonly gogglesFound: number;
  readonly exposure: { readonly error: number; readonly levels: number };
  readonly blur: QualityReport;
  readonly noise: QualityReport;
  readonly age: { readonly error: number };
  readonly ageByGroup: readonly AgeGroup[];
  readonly hairColour: {
    readonly topOne: number;
    readonly portraits: number;
    /** The same where the service's first is ahead of its second by a tenth. */
    readonly clearTopOne: number;
    readonly clearPortraits: number;
    /** Rows: the service's first; columns: ours, both in the order of `hairColours`. */
    readonly confusion: readonly (readonly number[])[];
  };
}

export const hairColours = ["black", "brown", "blond", "red", "gray", "white", "other"] as const;
export const maskColumns = ["noMask", "faceMask", "otherMaskOrOcclusion", "uncertain"] as const;

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

const strengths = [0, 1, 2, 3, 4, 5];

export async function measureAttributes(): Promise<AttributesReport> {
  const sessions = new Sessions();
  const answers = (await readServiceAnswers()).filter(({ file }) => heldOut(file));
  const drawOn = await faceDrawer(answers.filter(({ drawnMask }) => drawnMask === null));
  const covered: DrawnFace[] = [];
  const plain: { seen: SeenWithRetired; truth: ServiceAnswer["faceAttributes"] }[] = [];
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
    const near = boxOf(answer.faceRectangle);
    const seen = await look(sessions, picture, near);
    if (seen === undefined) continue;
    if (answer.drawnMask !== null) {
      drawn.push({ seen, form: answer.drawnMask });
      continue;
    }
    plain.push({ seen: await withRetired(sessions, picture, seen), truth: answer.faceAttributes });
    covered.push(...(await drawOn(sessions, picture, seen, near)));
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
  const real: { seen: Seen | undefined; masked: boolean }[] = [];
  for (const folder of ["with_mask", "without_mask"])
    for (const file of (await readdir(join(dataFolder, "masks", folder))).sort()) {
      if (!heldOut(file)) continue;
      const bytes = await readFile(join(dataFolder, "masks", folder, file));
      if (pictureFormat(bytes) === undefined) continue;
      const seen = await look(sessions, (await decodePicture(bytes)).picture);
      real.push({ seen, masked: folder === "with_mask" });
    }
  return summary(plain, drawn, covered, real, quality);
}

const glassesClasses = ["noGlasses", "readingGlasses", "sunglasses", "swimmingGoggles"] as const;

function summary(
  plain: readonly { seen: SeenWithRetired; truth: ServiceAnswer["faceAttributes"] }[],
  drawn: readonly { seen: Seen; form: string }[],
  covered: readonly DrawnFace[],
  real: readonly { seen: Seen | undefined; masked: boolean }[],
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
  const confidences = ({ hair: own }: ServiceAnswer["faceAttributes"]): number[] =>
    own.hairColor.map(({ confidence }) => confidence).sort((a, b) => b - a);
  const clear = coloured.filter(({ truth }) => {
    const [first, second] = confidences(truth);
    return first! - (second ?? 0) > 0.0999;
  });
  const firstColour = ({ hair: own }: ServiceAnswer["faceAttributes"]): string =>
    [...own.hairColor].sort((a, b) => b.confidence - a.confidence)[0]!.color.toLowerCase();
  // Where the service has two colours first, either is right.
  const firstColourRight = ({ seen, truth }: (typeof plain)[number]): boolean => {
    const ours = hair(seen).hairColor[0]?.color;
    const theirs = truth.hair.hairColor.find(({ color }) => color.toLowerCase() === ours);
    return theirs !== undefined && theirs.confidence === confidences(truth)[0];
  };
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
  const ofKind = (wanted: string): DrawnFace[] => covered.filter(({ kind: own }) => own === wanted);
  const heights = ["full", "noseAndMouth", "mouthAndChin", "chin"];
  const coverRight = ({ seen, truth }: DrawnFace): boolean =>
    mask(seen.heads).noseAndMouthCovered === truth.noseAndMouthCovered;
  const maskCounts = (faces: readonly { seen: Seen }[]): number[] =>
    maskColumns.map((type) => faces.filter(({ seen }) => mask(seen.heads).type === type).length);
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
      ...retiredAreas(plain),
    },
    falseAlarms: {
      eye: rate(natural, ({ seen }) => occlusion(seen.heads).eyeOccluded),
      mouth: rate(natural, ({ seen }) => occlusion(seen.heads).mouthOccluded),
    },
    mask: {
      realPhotographs: real.length,
      realFound: rate(real, ({ seen }) => seen !== undefined),
      realAccuracy: rate(
        real.filter((each): each is { seen: Seen; masked: boolean } => each.seen !== undefined),
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
      confusion: [
        { drawn: "nothing", counts: maskCounts(plain) },
        ...heights.map((height) => ({
          drawn: `mask, ${height}`,
          counts: maskCounts(ofKind(height)),
        })),
        { drawn: "hand, scarf, other", counts: maskCounts(ofKind("mouth")) },
      ],
      heights: heights.map((height) => {
        const own = ofKind(height);
        return { height, faces: own.length, right: rate(own, coverRight) };
      }),
      heightsRight: rate(
        heights.flatMap((height) => ofKind(height)),
        coverRight,
      ),
      otherFound: rate(
        ofKind("mouth"),
        ({ seen }) => mask(seen.heads).type === "otherMaskOrOcclusion",
      ),
    },
    occluders: (["mouth", "eyes", "forehead"] as const).map((part) => {
      const name = part === "eyes" ? "eye" : part;
      const calm = plain.filter(({ truth }) => !truth.occlusion[`${name}Occluded`]);
      const own = ofKind(part);
      const score = ({ seen }: { seen: Seen }): number => seen.heads[name][0]!;
      return {
        part,
        faces: own.length,
        area: areaUnderCurve([
          ...calm.map((face) => ({ score: score(face), positive: false })),
          ...own.map((face) => ({ score: score(face), positive: true })),
        ]).area,
        found: rate(own, ({ seen }) => occlusion(seen.heads)[`${name}Occluded`]),
      };
    }),
    gogglesFound: rate(ofKind("goggles"), ({ seen }) => glasses(seen.heads) === "swimmingGoggles"),
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
    age: { error: mean(plain.map(({ seen, truth }) => Math.abs(age(seen) - truth.age))) },
    ageByGroup: groups.map(([group, from, to]) => {
      const own = plain.filter(({ truth }) => truth.age >= from && truth.age < to);
      return {
        group,
        portraits: own.length,
        glassesAccuracy: rate(
          own,
          ({ seen, truth }) => glasses(seen.heads).toLowerCase() === truth.glasses.toLowerCase(),
        ),
        ageError: mean(own.map(({ seen, truth }) => Math.abs(age(seen) - truth.age))),
        maskFalseAlarms: rate(own, ({ seen }) => mask(seen.heads).type !== "noMask"),
      };
    }),
    hairColour: {
      portraits: coloured.length,
      topOne: rate(coloured, firstColourRight),
      clearPortraits: clear.length,
      clearTopOne: rate(clear, firstColourRight),
      confusion: hairColours.map((theirs) =>
        hairColours.map(
          (ours) =>
            coloured.filter(
              ({ seen, truth }) =>
                firstColour(truth) === theirs && hair(seen).hairColor[0]?.color === ours,
            ).length,
        ),
      ),
    },
  };
}

type AgainstService = readonly { seen: SeenWithRetired; truth: ServiceAnswer["faceAttributes"] }[];

/** A wire value of one half or more is a positive. */
function retiredAreas(plain: AgainstService): AttributesReport["areas"] {
  const area = (
    faces: AgainstService,
    ours: (seen: SeenWithRetired) => number,
    theirs: (truth: ServiceAnswer["faceAttributes"]) => number,
  ) =>
    areaUnderCurve(
      faces.map(({ seen, truth }) => ({ score: ours(seen), positive: theirs(truth) > 0.5 })),
    );
  const beards = (name: "beard" | "moustache" | "sideburns") =>
    area(
      plain,
      (seen) => facialHair(seen)[name],
      (truth) => truth.facialHair[name],
    );
  return {
    smile: area(plain, smile, (truth) => truth.smile),
    beard: beards("beard"),
    moustache: beards("moustache"),
    sideburns: beards("sideburns"),
    bald: area(
      plain.filter(({ truth }) => !truth.hair.invisible),
      (seen) => hair(seen).bald,
      (truth) => truth.hair.bald,
    ),
  };
}
