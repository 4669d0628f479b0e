/**
 * What `qualityForRecognition` is worth: how often pairs of one person are rejected, by the levels of their faces, on
 * LFW as it is and with a copy of each picture beside it, spoilt or without its colours. One half of the people fits,
 * the other is reported.
 */
import { readFile } from "node:fs/promises";
import type { Level, RecognitionModelId } from "@mien/vision/analysis";
import { type FaceEvidence, gatherEvidence } from "@mien/vision/attributes/evidence";
import { qualityForRecognition } from "@mien/vision/attributes/recognition-quality";
import { decodePicture } from "@mien/vision/decode";
import { detectFaces } from "@mien/vision/detector";
import { locateLandmarks } from "@mien/vision/locate-landmarks";
import { recognitionModels } from "@mien/vision/recognition-models";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import { Sessions } from "@mien/vision/sessions";
import { degraded, greyscale } from "./degraded-pictures.js";
import { halfOf, type LfwPair, lfwPath, personOf, picturesOf } from "./lfw-data.js";
import { type NetworkVectors, networkVectors } from "./lfw-embeddings.js";
import { modelLogit } from "./model-logit.js";
import { progress } from "./progress.js";
import { seededRandom, type Share, share, valueAtRate } from "./statistics.js";
import { middlemost } from "./subject.js";

/** Those with which the contract allows the attribute. */
export const qualityModels = ["recognition_03", "recognition_04"] as const;
type QualityModel = (typeof qualityModels)[number];
const networks = [...new Set(qualityModels.flatMap((model) => recognitionModels[model].networks))];

/** What can be done to a picture before it is looked at. */
const versions = {
  clean: (picture: RgbPicture) => Promise.resolve(picture),
  spoilt: degraded,
  grey: (picture: RgbPicture) => Promise.resolve(greyscale(picture)),
} as const;
type Version = keyof typeof versions;

interface QualityFace {
  readonly file: string;
  readonly version: Version;
  readonly evidence: FaceEvidence;
  /** Of the networks that the models have. */
  readonly vectors: NetworkVectors;
}

interface QualityPair {
  readonly faces: readonly [QualityFace, QualityFace];
  readonly logit: number;
}

export interface RecognitionQualityReport {
  readonly recognitionModel: RecognitionModelId;
  readonly pictures: keyof typeof sets;
  /** False rejects at a false-accept rate of 1e-3. */
  readonly all: Share & { readonly pairs: number };
  /** Both faces `high`; the worse one `medium`; one or both `low`. */
  readonly byLevel: Readonly<Record<Level, Share & { readonly pairs: number }>>;
  /** Share of the faces on each level. */
  readonly faces: Readonly<Record<Level, number>>;
}

const falseAcceptRate = 1e-3;

/** The sets of pictures that are reported. */
const sets = {
  "as they are": ["clean"],
  "and spoilt": ["clean", "spoilt"],
  "and grey": ["clean", "grey"],
} as const satisfies Readonly<Record<string, readonly Version[]>>;

/** The subjects of a half's pictures in each version. */
export async function lookAtFaces(
  pairs: readonly LfwPair[],
  half: 0 | 1,
  wanted: readonly Version[],
): Promise<QualityFace[]> {
  const sessions = new Sessions();
  const files = picturesOf(pairs).filter((file) => halfOf(personOf(file)) === half);
  const random = seededRandom(17 + half);
  const report = progress(`quality, half ${half}`, files.length);
  const needed = new Set(["headPose", "pixels", "heads"] as const);
  const faces: QualityFace[] = [];
  for (const file of files) {
    report();
    const { picture } = await decodePicture(await readFile(lfwPath(file)));
    for (const version of wanted) {
      const shown = await versions[version](picture, random);
      const box = middlemost(await detectFaces(sessions, shown, "detection_03"), shown);
      if (box === undefined) continue;
      const landmarks = await locateLandmarks(sessions, shown, [box]);
      const [evidence] = await gatherEvidence(sessions, shown, [box], landmarks, needed);
      const [vectors] = await networkVectors(sessions, shown, landmarks, networks);
      faces.push({ file, version, evidence: evidence!, vectors: vectors! });
    }
  }
  return faces;
}

/** LFW's own pairs of one person, in every combination of the versions that `faces` holds. */
export function samePersonPairs(
  faces: readonly QualityFace[],
  pairs: readonly LfwPair[],
  model: QualityModel,
): QualityPair[] {
  const logit = modelLogit(model);
  const facesOf = (file: string): QualityFace[] => faces.filter((face) => face.file === file);
  return pairs
    .filter(({ same }) => same)
    .flatMap(({ first, second }) => {
      const others = facesOf(second);
      return facesOf(first).flatMap((a) =>
        others.map((b): QualityPair => ({ faces: [a, b], logit: logit(a.vectors, b.vectors) })),
      );
    });
}

/** The logit that one of a thousand pairs of strangers reaches; each face meets every fourth of the others. */
export function strangerThreshold(faces: readonly QualityFace[], model: QualityModel): number {
  const logit = modelLogit(model);
  const strangers: number[] = [];
  faces.forEach((a, i) => {
    for (let j = i + 1 + (i % 4); j < faces.length; j += 4)
      if (personOf(faces[j]!.file) !== personOf(a.file))
        strangers.push(logit(a.vectors, faces[j]!.vectors));
  });
  return valueAtRate(Float64Array.from(strangers).sort(), falseAcceptRate);
}

const levels = ["high", "medium", "low"] as const;
export type Leveller = (face: FaceEvidence) => Level;

export function rejects(
  pairs: readonly QualityPair[],
  threshold: number,
  level: Leveller,
): Pick<RecognitionQualityReport, "all" | "byLevel"> {
  const rate = (own: readonly QualityPair[]): Share & { pairs: number } => ({
    ...share(own.filter(({ logit }) => logit < threshold).length, own.length),
    pairs: own.length,
  });
  const levelled = pairs.map((pair) => {
    const two = pair.faces.map(({ evidence }) => levels.indexOf(level(evidence)));
    return { pair, worst: levels[Math.max(...two)]! };
  });
  const of = (name: Level): Share & { pairs: number } =>
    rate(levelled.filter(({ worst }) => worst === name).map(({ pair }) => pair));
  return { all: rate(pairs), byLevel: { high: of("high"), medium: of("medium"), low: of("low") } };
}

export function measureRecognitionQuality(
  faces: readonly QualityFace[],
  pairs: readonly LfwPair[],
): RecognitionQualityReport[] {
  return qualityModels.flatMap((recognitionModel) =>
    (Object.keys(sets) as (keyof typeof sets)[]).map((pictures) => {
      const shown: readonly Version[] = sets[pictures];
      const own = faces.filter(({ version }) => shown.includes(version));
      const share = (level: Level): number =>
        own.filter(({ evidence }) => qualityForRecognition(evidence) === level).length / own.length;
      return {
        recognitionModel,
        pictures,
        ...rejects(
          samePersonPairs(own, pairs, recognitionModel),
          strangerThreshold(own, recognitionModel),
          qualityForRecognition,
        ),
        faces: { high: share("high"), medium: share("medium"), low: share("low") },
      };
    }),
  );
}
