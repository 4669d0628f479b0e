/**
 * Strangers who stand in one photograph resemble each other more than two people of LFW do: in age, sex and origin, and in
 * the light and the camera. How often the recognition models take them for one person, on WIDER FACE.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { matchConfidence } from "@mien/gallery/matching";
import type { RecognitionModelId } from "@mien/vision/analysis";
import { overlap, type ScoredBox } from "@mien/vision/boxes";
import { decodePicture } from "@mien/vision/decode";
import { detectFaces } from "@mien/vision/detector";
import { embedFaces } from "@mien/vision/embeddings";
import { locateLandmarks } from "@mien/vision/locate-landmarks";
import { recognitionCalibration, recognitionModels } from "@mien/vision/recognition-models";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import { Sessions } from "@mien/vision/sessions";
import { dataFolder } from "./data-folder.js";
import { progress } from "./progress.js";
import { mean, percentile, seededRandom } from "./statistics.js";
import { boxOf } from "./subject.js";
import { type MarkedFace, readWiderTruth } from "./wider.js";

export interface AcceptedStrangers {
  readonly confidence: number;
  /** Share of pairs of one photograph, with its 95 % interval over photographs. */
  readonly onePhotograph: number;
  readonly interval: readonly [number, number];
  /** Share of pairs of faces of two photographs. */
  readonly twoPhotographs: number;
}

export interface PhotographStrangersReport {
  readonly recognitionModel: RecognitionModelId;
  readonly photographs: number;
  readonly faces: number;
  readonly pairs: number;
  readonly accepted: readonly AcceptedStrangers[];
}

/** Smaller faces fail for want of pixels, which is another question. */
const smallestFace = 60;
const confidences = [0.5, 0.9, 0.99];
const resamples = 2000;

/** Several pictures in one, so that a person may be in it twice: found by eye among all that have two faces of the size. */
const collages: ReadonlySet<string> = new Set([
  "train/13_Interview_Interview_2_People_Visible_13_130.jpg",
  "train/13_Interview_Interview_2_People_Visible_13_411.jpg",
  "train/13_Interview_Interview_2_People_Visible_13_473.jpg",
  "train/13_Interview_Interview_On_Location_13_1014.jpg",
  "train/13_Interview_Interview_On_Location_13_389.jpg",
  "train/13_Interview_Interview_On_Location_13_399.jpg",
  "train/13_Interview_Interview_On_Location_13_700.jpg",
  "train/13_Interview_Interview_On_Location_13_969.jpg",
  "train/13_Interview_Interview_Sequences_13_235.jpg",
  "train/13_Interview_Interview_Sequences_13_271.jpg",
  "train/13_Interview_Interview_Sequences_13_448.jpg",
  "train/13_Interview_Interview_Sequences_13_656.jpg",
  "train/13_Interview_Interview_Sequences_13_875.jpg",
  "train/13_Interview_Interview_Sequences_13_883.jpg",
  "train/1_Handshaking_Handshaking_1_417.jpg",
  "val/13_Interview_Interview_On_Location_13_521.jpg",
  "val/13_Interview_Interview_Sequences_13_973.jpg",
  "val/19_Couple_Couple_19_836.jpg",
]);

/** Of one face, by model. */
export type Embeddings = Readonly<Record<RecognitionModelId, Float32Array>>;

const models = Object.keys(recognitionModels) as RecognitionModelId[];

/** Both halves of WIDER: nothing that recognises was fitted on either. */
export async function measurePhotographStrangers(): Promise<PhotographStrangersReport[]> {
  const photographs = await embedPhotographs(models);
  const faces = photographs.flat();
  return models.map((id) => {
    const calibration = recognitionCalibration(id);
    const confidenceOf = (a: Embeddings, b: Embeddings): number =>
      matchConfidence(a[id], b[id], calibration);
    const ofOne = photographs.map((own) =>
      own.flatMap((a, index) => own.slice(index + 1).map((b) => confidenceOf(a, b))),
    );
    const ofTwo = photographs.flatMap((own, index) =>
      photographs
        .slice(index + 1)
        .flatMap((others) => own.flatMap((a) => others.map((b) => confidenceOf(a, b)))),
    );
    return {
      recognitionModel: id,
      photographs: photographs.length,
      faces: faces.length,
      pairs: ofOne.flat().length,
      accepted: confidences.map((confidence) => ({
        confidence,
        onePhotograph: shareFrom(ofOne.flat(), confidence),
        interval: intervalOver(ofOne, confidence),
        twoPhotographs: shareFrom(ofTwo, confidence),
      })),
    };
  });
}

function shareFrom(values: readonly number[], bound: number): number {
  return mean(values.map((value) => (value >= bound ? 1 : 0)));
}

/** Pairs of one photograph share faces and light, so photographs are drawn, not pairs: Efron's bootstrap. */
function intervalOver(
  photographs: readonly (readonly number[])[],
  bound: number,
): readonly [number, number] {
  const random = seededRandom(11);
  const counted = photographs.map((values) => ({
    pairs: values.length,
    accepted: values.filter((value) => value >= bound).length,
  }));
  const shares = Array.from({ length: resamples }, () => {
    let [pairs, accepted] = [0, 0];
    for (let i = 0; i < counted.length; i++) {
      const drawn = counted[Math.floor(random() * counted.length)]!;
      pairs += drawn.pairs;
      accepted += drawn.accepted;
    }
    return accepted / pairs;
  });
  return [percentile(shares, 0.025), percentile(shares, 0.975)];
}

/** The embeddings of each photograph's faces, of photographs with two or more. */
export async function embedPhotographs(
  wanted: readonly RecognitionModelId[],
): Promise<Embeddings[][]> {
  const truth = Object.entries(await readWiderTruth())
    .map(([file, marked]) => ({ file, large: marked.filter(isLarge) }))
    .filter(({ file, large }) => large.length > 1 && !collages.has(file))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  const sessions = new Sessions();
  const report = progress("strangers of one photograph", truth.length);
  const photographs: Embeddings[][] = [];
  for (const { file, large } of truth) {
    const { picture, width } = await decodePicture(await readFile(join(dataFolder, "wider", file)));
    const found = await detectFaces(sessions, picture, "detection_03");
    const boxes = matched(found, large, width / picture.width);
    report();
    if (boxes.length < 2) continue;
    photographs.push(await embeddingsOf(sessions, picture, boxes, wanted));
  }
  return photographs;
}

/** Of each face; models that are not wanted have none, whatever the type says. */
export async function embeddingsOf(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
  wanted: readonly RecognitionModelId[],
): Promise<Embeddings[]> {
  const landmarks = await locateLandmarks(sessions, picture, boxes);
  const embeddings = new Map<RecognitionModelId, Float32Array[]>();
  for (const id of wanted) embeddings.set(id, await embedFaces(sessions, picture, landmarks, id));
  return boxes.map(
    (_, face) =>
      Object.fromEntries(wanted.map((id) => [id, embeddings.get(id)![face]!])) as Record<
        RecognitionModelId,
        Float32Array
      >,
  );
}

function isLarge({ width, height, invalid }: MarkedFace): boolean {
  return !invalid && Math.min(width, height) >= smallestFace;
}

/** One detection of each marked face at most, so that no face is compared with itself. */
function matched(
  found: readonly ScoredBox[],
  marked: readonly MarkedFace[],
  scale: number,
): ScoredBox[] {
  const free = new Set(marked.map(boxOf));
  return [...found]
    .sort((a, b) => b.score - a.score)
    .filter(({ left, right, top, bottom, score }) => {
      const whole = {
        left: left * scale,
        right: right * scale,
        top: top * scale,
        bottom: bottom * scale,
        score,
      };
      const face = [...free].find((candidate) => overlap(whole, candidate) >= 0.4);
      return face !== undefined && free.delete(face);
    });
}
