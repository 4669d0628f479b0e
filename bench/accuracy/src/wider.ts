/** Precision and recall of the detection models on WIDER FACE. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DetectionModelId } from "@mien/vision/analysis";
import { overlap, type ScoredBox } from "@mien/vision/boxes";
import { decodePicture } from "@mien/vision/decode";
import { detectionModels } from "@mien/vision/detection-models";
import { scoredFaces } from "@mien/vision/detector";
import { PictureSizes } from "@mien/vision/picture-sizes";
import { Sessions } from "@mien/vision/sessions";
import { dataFolder } from "./data-folder.js";
import { progress } from "./progress.js";
import { boxOf } from "./subject.js";

export interface MarkedFace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly blur: number;
  readonly occlusion: number;
  readonly pose: number;
  readonly invalid: number | boolean;
}

export async function readWiderTruth(): Promise<Readonly<Record<string, readonly MarkedFace[]>>> {
  return JSON.parse(await readFile(join(dataFolder, "wider/truth.json"), "utf8")) as Record<
    string,
    readonly MarkedFace[]
  >;
}

/** Faces that count neither way, by the benchmark's custom. */
function ignored(face: MarkedFace): boolean {
  return Boolean(face.invalid) || Math.min(face.width, face.height) < 10;
}

export interface WiderReport {
  readonly detectionModel: DetectionModelId;
  readonly pictures: number;
  readonly faces: number;
  readonly averagePrecision: number;
  /** At precision 0.90. */
  readonly recall: number;
  readonly recallBySize: Readonly<Record<string, number>>;
  readonly recallHeavyBlur: number;
  readonly recallSideFaces: number;
  readonly sideFaces: number;
  /** At the threshold that the service uses. */
  readonly servicePrecision: number;
  readonly serviceRecall: number;
}

interface Judged {
  readonly score: number;
  readonly face: MarkedFace | undefined;
}

const sizes = [10, 16, 32, 64, 128, Infinity];
const demandedPrecision = 0.9;

export async function measureWider(detectionModel: DetectionModelId): Promise<WiderReport> {
  const truth = await readWiderTruth();
  const files = Object.keys(truth)
    .filter((file) => file.startsWith("val/"))
    .sort();
  const row = detectionModels[detectionModel];
  const sessions = new Sessions();
  const judged: Judged[] = [];
  const faces: MarkedFace[] = [];
  const report = progress(`wider ${detectionModel}`, files.length);
  for (const file of files) {
    const { picture, width } = await decodePicture(await readFile(join(dataFolder, "wider", file)));
    const scale = width / picture.width;
    const found = (await scoredFaces(sessions, new PictureSizes(picture), row, 0)).map((box) => ({
      ...box,
      left: box.left * scale,
      top: box.top * scale,
      right: box.right * scale,
      bottom: box.bottom * scale,
    }));
    const marked = truth[file]!;
    faces.push(...marked.filter((face) => !ignored(face)));
    judged.push(...judge(found, marked));
    report();
  }
  judged.sort((a, b) => b.score - a.score);
  let hits = 0;
  const curve = judged.map((each, index) => {
    if (each.face !== undefined) hits++;
    return { precision: hits / (index + 1), recall: hits / faces.length, score: each.score };
  });
  let best = 0;
  let area = 0;
  for (let i = curve.length - 1; i >= 0; i--) {
    best = Math.max(best, curve[i]!.precision);
    area += best * (curve[i]!.recall - (curve[i - 1]?.recall ?? 0));
  }
  const last = curve.findLastIndex(({ precision }) => precision >= demandedPrecision);
  const accepted = new Set(judged.slice(0, last + 1).map(({ face }) => face));
  const recallOf = (select: (face: MarkedFace) => boolean): number => {
    const selected = faces.filter(select);
    return selected.filter((face) => accepted.has(face)).length / selected.length;
  };
  const size = (face: MarkedFace): number => Math.max(face.width, face.height);
  const atService = curve.findLast(({ score }) => score >= row.threshold);
  return {
    detectionModel,
    pictures: files.length,
    faces: faces.length,
    averagePrecision: area,
    recall: curve[last]?.recall ?? 0,
    recallBySize: Object.fromEntries(
      sizes.slice(0, -1).map((low, index) => {
        const high = sizes[index + 1]!;
        return [`${low}-${high}`, recallOf((face) => size(face) >= low && size(face) < high)];
      }),
    ),
    recallHeavyBlur: recallOf((face) => face.blur === 2),
    recallSideFaces: recallOf((face) => face.pose === 1),
    sideFaces: faces.filter((face) => face.pose === 1).length,
    servicePrecision: atService?.precision ?? 0,
    serviceRecall: atService?.recall ?? 0,
  };
}

/** Each detection with the marked face that it is; those of ignored faces are left out. */
function judge(found: readonly ScoredBox[], marked: readonly MarkedFace[]): Judged[] {
  const free = new Set(marked.filter((face) => !ignored(face)));
  const results: Judged[] = [];
  for (const box of [...found].sort((a, b) => b.score - a.score)) {
    let face: MarkedFace | undefined;
    let most = 0.5;
    for (const candidate of free) {
      const shared = overlap(box, boxOf(candidate));
      if (shared >= most) [face, most] = [candidate, shared];
    }
    if (face !== undefined) free.delete(face);
    else if (marked.some((other) => ignored(other) && overlap(box, boxOf(other)) >= 0.5)) continue;
    results.push({ score: box.score, face });
  }
  return results;
}
