/**
 * How often strangers of one kind are taken for one person: faces of few pixels, of two of WIDER FACE's photographs, and
 * people of one age, of the portraits that the service answered.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { matchConfidence } from "@mien/gallery/matching";
import type { RecognitionModelId } from "@mien/vision/analysis";
import { longerSide, type ScoredBox } from "@mien/vision/boxes";
import { decodePicture } from "@mien/vision/decode";
import { detectFaces } from "@mien/vision/detector";
import { recognitionCalibration, recognitionModels } from "@mien/vision/recognition-models";
import { Sessions } from "@mien/vision/sessions";
import { dataFolder } from "./data-folder.js";
import { heldOut, portraitFace, readServiceAnswers } from "./face-geometry.js";
import { type Embeddings, embeddingsOf } from "./photograph-strangers.js";
import { progress } from "./progress.js";
import { share, type Share } from "./statistics.js";
import { boxOf, sameFace } from "./subject.js";
import { readWiderTruth } from "./wider.js";

export interface StrangersOfAKind {
  readonly kind: string;
  readonly faces: number;
  readonly pairs: number;
  /** By model: shares of pairs from confidence 0.5 and 0.9 on. */
  readonly accepted: Readonly<Record<RecognitionModelId, readonly [Share, Share]>>;
}

/** Pixels of the longer side of a box; both faces of a pair are of one kind. */
const sizes = {
  "under 36 pixels": [0, 36],
  "36 to 59 pixels": [36, 60],
  "60 pixels and more": [60, Infinity],
} as const;
/** Years, as the service answered them. */
const ages = {
  "under 3 years": [0, 3],
  "3 to 11 years": [3, 12],
  "12 to 17 years": [12, 18],
  "18 years and more": [18, Infinity],
} as const;
/** Faces of one photograph, so that no crowd counts for all. */
const mostOfOnePhotograph = 25;
const mostOfOneAge = 80;

const models = Object.keys(recognitionModels) as RecognitionModelId[];

interface KnownFace {
  /** Faces of one picture are not compared. */
  readonly picture: string;
  readonly kind: string;
  readonly embeddings: Embeddings;
}

/** WIDER's validation half, and portraits, of which a child or two may be there twice. */
export async function measureStrangersByKind(): Promise<StrangersOfAKind[]> {
  const sessions = new Sessions();
  const faces = [...(await facesBySize(sessions)), ...(await facesByAge(sessions))];
  return [...Object.keys(sizes), ...Object.keys(ages)].map((kind) =>
    strangersOf(
      kind,
      faces.filter((face) => face.kind === kind),
    ),
  );
}

function strangersOf(kind: string, faces: readonly KnownFace[]): StrangersOfAKind {
  const pairs = faces.flatMap((a, index) =>
    faces
      .slice(index + 1)
      .filter(({ picture }) => picture !== a.picture)
      .map((b) => [a, b] as const),
  );
  const accepted = Object.fromEntries(
    models.map((id) => {
      const calibration = recognitionCalibration(id);
      const confidences = pairs.map(([a, b]) =>
        matchConfidence(a.embeddings[id], b.embeddings[id], calibration),
      );
      const from = (least: number): Share =>
        share(confidences.filter((own) => own >= least).length, pairs.length);
      return [id, [from(0.5), from(0.9)]];
    }),
  ) as unknown as StrangersOfAKind["accepted"];
  return { kind, faces: faces.length, pairs: pairs.length, accepted };
}

function kindOf(value: number, kinds: Readonly<Record<string, readonly [number, number]>>): string {
  const found = Object.entries(kinds).find(([, [from, to]]) => value >= from && value < to);
  if (found === undefined) throw new RangeError(`${value} is of no kind`);
  return found[0];
}

async function facesBySize(sessions: Sessions): Promise<KnownFace[]> {
  const truth = Object.entries(await readWiderTruth()).filter(([file]) => file.startsWith("val/"));
  const report = progress("strangers by size", truth.length);
  const faces: KnownFace[] = [];
  for (const [file, marked] of truth) {
    report();
    const { picture, width } = await decodePicture(await readFile(join(dataFolder, "wider", file)));
    const scale = width / picture.width;
    const found = await detectFaces(sessions, picture, "detection_03");
    // What nobody marked may be no face.
    const known = marked.flatMap((face) => {
      const { left, top, right, bottom } = boxOf(face);
      const box = {
        left: left / scale,
        top: top / scale,
        right: right / scale,
        bottom: bottom / scale,
      };
      const own = sameFace(found, box, 0.4);
      return own === undefined ? [] : [own];
    });
    const boxes = [...new Set(known)].slice(0, mostOfOnePhotograph);
    const side = (box: ScoredBox): number => longerSide(box) * scale;
    faces.push(
      ...(await embeddingsOf(sessions, picture, boxes, models)).map((embeddings, index) => ({
        picture: file,
        kind: kindOf(side(boxes[index]!), sizes),
        embeddings,
      })),
    );
  }
  return faces;
}

async function facesByAge(sessions: Sessions): Promise<KnownFace[]> {
  // What children have in common was learned from the others.
  const answers = (await readServiceAnswers()).filter(
    ({ file, drawnMask }) => drawnMask === null && heldOut(file),
  );
  const portraits = Object.keys(ages).flatMap((kind) => {
    const own = answers.filter(({ faceAttributes }) => kindOf(faceAttributes.age, ages) === kind);
    const step = Math.max(1, Math.floor(own.length / mostOfOneAge));
    return own.filter((_, index) => index % step === 0).slice(0, mostOfOneAge);
  });
  const report = progress("strangers by age", portraits.length);
  const faces: KnownFace[] = [];
  for (const portrait of portraits) {
    report();
    const found = await portraitFace(sessions, portrait);
    if (found === undefined) continue;
    const [embeddings] = await embeddingsOf(sessions, found.picture, [found.face], models);
    const kind = kindOf(portrait.faceAttributes.age, ages);
    faces.push({ picture: portrait.file, kind, embeddings: embeddings! });
  }
  return faces;
}
