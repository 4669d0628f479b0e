/** From what was seen of the faces to the numbers that are reported. */
import { accessories } from "@mien/vision/attributes/accessories";
import { exposure } from "@mien/vision/attributes/exposure";
import { glasses } from "@mien/vision/attributes/glasses";
import { mask } from "@mien/vision/attributes/mask";
import type { HeadOutputs } from "@mien/vision/attributes/network";
import { occlusion } from "@mien/vision/attributes/occlusion";
import { blur, noise } from "@mien/vision/attributes/picture-quality";
import { age, facialHair, hair, smile } from "@mien/vision/attributes/retired";
import type { Seen, SeenWithRetired } from "./attributes-look.js";
import type {
  AgeGroup,
  AttributesReport,
  HairColourReport,
  MaskReport,
  QualityReport,
} from "./attributes-report.js";
import type { DrawnFace } from "./drawn-faces.js";
import type { ServiceAnswer } from "./face-geometry.js";
import { areaUnderCurve, spearman } from "./rank-statistics.js";
import { mean } from "./statistics.js";

type Truth = ServiceAnswer["faceAttributes"];

/** A portrait and the service's answer for it. */
export interface Answered {
  readonly seen: SeenWithRetired;
  readonly truth: Truth;
}

/** What is seen of a picture that was spoilt on purpose. */
export interface Spoilt {
  readonly blur: number;
  readonly noise: number;
  /** Of what was put in. */
  readonly strength: number;
}

export interface Faces {
  /** Portraits as they are. */
  readonly plain: readonly Answered[];
  /** The service's own portraits with drawn masks; the form is the mask's. */
  readonly drawn: readonly { readonly seen: Seen; readonly form: string }[];
  /** Portraits with what the recipe draws on them. */
  readonly covered: readonly DrawnFace[];
  /** Photographs of people with and without masks; unseen where no face was found. */
  readonly real: readonly { readonly seen: Seen | undefined; readonly masked: boolean }[];
  readonly quality: Readonly<Record<"blur" | "noise", readonly Spoilt[]>>;
}

export const hairColours = ["black", "brown", "blond", "red", "gray", "white", "other"] as const;
export const maskColumns = ["noMask", "faceMask", "otherMaskOrOcclusion", "uncertain"] as const;

const glassesClasses = ["noGlasses", "readingGlasses", "sunglasses", "swimmingGoggles"] as const;
const maskHeights = ["full", "noseAndMouth", "mouthAndChin", "chin"];
const ageGroups: readonly (readonly [group: string, from: number, to: number])[] = [
  ["under 18", 0, 18],
  ["18 to 34", 18, 35],
  ["35 to 54", 35, 55],
  ["55 and over", 55, 200],
];

function rate<Item>(items: readonly Item[], is: (item: Item) => boolean): number {
  return items.filter(is).length / items.length;
}

function ofKind(covered: readonly DrawnFace[], wanted: string): DrawnFace[] {
  return covered.filter(({ kind }) => kind === wanted);
}

export function summary(faces: Faces): AttributesReport {
  const { plain, covered, quality } = faces;
  const natural = plain.filter(
    ({ truth }) => !truth.occlusion.mouthOccluded && !truth.occlusion.eyeOccluded,
  );
  return {
    portraits: plain.length,
    glasses: ofGlasses(plain),
    areas: { ...areas(plain), ...retiredAreas(plain) },
    falseAlarms: {
      eye: rate(natural, ({ seen }) => occlusion(seen.heads).eyeOccluded),
      mouth: rate(natural, ({ seen }) => occlusion(seen.heads).mouthOccluded),
    },
    mask: ofMasks(faces),
    occluders: ofOccluders(plain, covered),
    gogglesFound: rate(
      ofKind(covered, "goggles"),
      ({ seen }) => glasses(seen.heads) === "swimmingGoggles",
    ),
    exposure: ofExposure(plain),
    blur: ofQuality("blur", plain, quality),
    noise: ofQuality("noise", plain, quality),
    age: { error: ageError(plain) },
    ageByGroup: ageGroups.map(([group, from, to]) => ofAgeGroup(group, plain, from, to)),
    hairColour: ofHairColour(plain),
  };
}

function glassesClass({ glasses: word }: Truth): number {
  return glassesClasses.findIndex((name) => name.toLowerCase() === word.toLowerCase());
}

function ofGlasses(plain: readonly Answered[]): AttributesReport["glasses"] {
  // Half of the service's swimming goggles are none, so they are left out.
  const worn = plain.filter(({ truth }) => glassesClass(truth) < 3);
  const confusion = [0, 1, 2].map((row) =>
    glassesClasses.map(
      (name) =>
        worn.filter(
          ({ seen, truth }) => glassesClass(truth) === row && glasses(seen.heads) === name,
        ).length,
    ),
  );
  const rowSum = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);
  return {
    accuracy: confusion.reduce((sum, row, index) => sum + row[index]!, 0) / worn.length,
    balanced: mean(confusion.map((row, index) => row[index]! / rowSum(row))),
    confusion,
    sunglassesCalledNone: confusion[2]![0]! / rowSum(confusion[2]!),
  };
}

function areas(plain: readonly Answered[]): AttributesReport["areas"] {
  const area = (score: (heads: HeadOutputs) => number, positive: (truth: Truth) => boolean) =>
    areaUnderCurve(
      plain.map(({ seen, truth }) => ({ score: score(seen.heads), positive: positive(truth) })),
    );
  return {
    "headwear (accessories)": area(
      (heads) => heads.headwear[0]!,
      (truth) => truth.accessories.some(({ type }) => type === "headwear"),
    ),
    "glasses (accessories)": area(
      (heads) => 1 - heads.glasses[0]!,
      (truth) => glassesClass(truth) !== 0,
    ),
    foreheadOccluded: area(
      (heads) => heads.forehead[0]!,
      (truth) => truth.occlusion.foreheadOccluded,
    ),
  };
}

/** A wire value of one half or more is a positive. */
function retiredAreas(plain: readonly Answered[]): AttributesReport["areas"] {
  const area = (
    faces: readonly Answered[],
    ours: (seen: SeenWithRetired) => number,
    theirs: (truth: Truth) => number,
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

function ofMasks({ plain, drawn, covered, real }: Faces): MaskReport {
  const counts = (faces: readonly { readonly seen: Seen }[]): number[] =>
    maskColumns.map((type) => faces.filter(({ seen }) => mask(seen.heads).type === type).length);
  const coverRight = ({ seen, truth }: DrawnFace): boolean =>
    mask(seen.heads).noseAndMouthCovered === truth.noseAndMouthCovered;
  const hands = ofKind(covered, "mouth");
  return {
    realPhotographs: real.length,
    realFound: rate(real, ({ seen }) => seen !== undefined),
    realAccuracy: rate(
      real.filter((face): face is { seen: Seen; masked: boolean } => face.seen !== undefined),
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
      { drawn: "nothing", counts: counts(plain) },
      ...maskHeights.map((height) => ({
        drawn: `mask, ${height}`,
        counts: counts(ofKind(covered, height)),
      })),
      { drawn: "hand, scarf, other", counts: counts(hands) },
    ],
    heights: maskHeights.map((height) => {
      const own = ofKind(covered, height);
      return { height, faces: own.length, right: rate(own, coverRight) };
    }),
    heightsRight: rate(
      maskHeights.flatMap((height) => ofKind(covered, height)),
      coverRight,
    ),
    otherFound: rate(hands, ({ seen }) => mask(seen.heads).type === "otherMaskOrOcclusion"),
  };
}

function ofOccluders(
  plain: readonly Answered[],
  covered: readonly DrawnFace[],
): AttributesReport["occluders"] {
  return (["mouth", "eyes", "forehead"] as const).map((part) => {
    const name = part === "eyes" ? "eye" : part;
    const calm = plain.filter(({ truth }) => !truth.occlusion[`${name}Occluded`]);
    const own = ofKind(covered, part);
    const score = ({ seen }: { readonly seen: Seen }): number => seen.heads[name][0]!;
    return {
      part,
      faces: own.length,
      area: areaUnderCurve([
        ...calm.map((face) => ({ score: score(face), positive: false })),
        ...own.map((face) => ({ score: score(face), positive: true })),
      ]).area,
      found: rate(own, ({ seen }) => occlusion(seen.heads)[`${name}Occluded`]),
    };
  });
}

function ofExposure(plain: readonly Answered[]): AttributesReport["exposure"] {
  return {
    error: mean(
      plain.map(({ seen, truth }) => Math.abs(exposure(seen.pixels).value - truth.exposure.value)),
    ),
    levels: rate(
      plain,
      ({ seen, truth }) =>
        exposure(seen.pixels).exposureLevel.toLowerCase() ===
        truth.exposure.exposureLevel.toLowerCase(),
    ),
  };
}

function ofQuality(
  name: "blur" | "noise",
  plain: readonly Answered[],
  quality: Faces["quality"],
): QualityReport {
  const level = (seen: Seen): string =>
    name === "blur" ? blur(seen.pixels).blurLevel : noise(seen.pixels).noiseLevel;
  const theirs = (truth: Truth): string =>
    (name === "blur" ? truth.blur.blurLevel : truth.noise.noiseLevel).toLowerCase();
  const correlation = (spoilt: readonly Spoilt[]): number =>
    spearman(
      spoilt.map((face) => face[name]),
      spoilt.map(({ strength }) => strength),
    );
  return {
    rankCorrelation: correlation(quality[name]),
    levels: rate(plain, ({ seen, truth }) => level(seen) === theirs(truth)),
    alwaysLow: rate(plain, ({ truth }) => theirs(truth) === "low"),
    crossTalk: correlation(quality[name === "blur" ? "noise" : "blur"]),
  };
}

/** Years. */
function ageError(faces: readonly Answered[]): number {
  return mean(faces.map(({ seen, truth }) => Math.abs(age(seen) - truth.age)));
}

function ofAgeGroup(group: string, plain: readonly Answered[], from: number, to: number): AgeGroup {
  const own = plain.filter(({ truth }) => truth.age >= from && truth.age < to);
  return {
    group,
    portraits: own.length,
    glassesAccuracy: rate(
      own,
      ({ seen, truth }) => glasses(seen.heads).toLowerCase() === truth.glasses.toLowerCase(),
    ),
    ageError: ageError(own),
    maskFalseAlarms: rate(own, ({ seen }) => mask(seen.heads).type !== "noMask"),
  };
}

function ofHairColour(plain: readonly Answered[]): HairColourReport {
  const coloured = plain.filter(
    ({ truth: { hair: own } }) =>
      !own.invisible && own.hairColor.some(({ confidence }) => confidence >= 0.9),
  );
  /** The surest first. */
  const sorted = ({ hair: own }: Truth): Truth["hair"]["hairColor"] =>
    [...own.hairColor].sort((a, b) => b.confidence - a.confidence);
  const clear = coloured.filter(({ truth }) => {
    const [first, second] = sorted(truth);
    return first!.confidence - (second?.confidence ?? 0) > 0.0999;
  });
  // Where the service has two colours first, either is right.
  const firstRight = ({ seen, truth }: Answered): boolean => {
    const ours = hair(seen).hairColor[0]?.color;
    const theirs = truth.hair.hairColor.find(({ color }) => color.toLowerCase() === ours);
    return theirs !== undefined && theirs.confidence === sorted(truth)[0]!.confidence;
  };
  return {
    portraits: coloured.length,
    topOne: rate(coloured, firstRight),
    clearPortraits: clear.length,
    clearTopOne: rate(clear, firstRight),
    confusion: hairColours.map((theirs) =>
      [...hairColours, undefined].map(
        (ours) =>
          coloured.filter(
            ({ seen, truth }) =>
              sorted(truth)[0]!.color.toLowerCase() === theirs &&
              hair(seen).hairColor[0]?.color === ours,
          ).length,
      ),
    ),
  };
}
