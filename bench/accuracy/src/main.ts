/**
 * `npm run bench:accuracy [part ...]`: measures on pictures with truth, writes `bench/results/accuracy.json` and prints
 * the tables of `docs/accuracy.md`, which is written from the same numbers. Parts that are not run keep what they said.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { DetectionModelId, RecognitionModelId } from "@mien/vision/analysis";
import { detectionModels } from "@mien/vision/detection-models";
import { recognitionModels } from "@mien/vision/recognition-models";
import type { AccuracyReport } from "./accuracy-report.js";
import { accuracyPage } from "./accuracy-page.js";
import { measureAnswered } from "./calibration.js";
import { requireData } from "./data-folder.js";
import { measureGeometry } from "./face-geometry.js";
import { measureGrouping } from "./grouping.js";
import { measureHardPictures } from "./hard-pictures.js";
import { picturesOf, readPairs } from "./lfw-data.js";
import { embedLfw } from "./lfw-embeddings.js";
import { measureLfw } from "./lfw.js";
import { measureMasked } from "./masked-faces.js";
import { measureMaskedStrangers } from "./masked-strangers.js";
import { measurePhotographStrangers } from "./photograph-strangers.js";
import { measureStrangersByKind } from "./strangers-by-kind.js";
import { measureSteadyLandmarks } from "./steady-landmarks.js";
import { measureWider } from "./wider.js";

requireData();
const detectors = Object.keys(detectionModels) as DetectionModelId[];
const recognisers = Object.keys(recognitionModels) as RecognitionModelId[];

const parts: Readonly<Record<string, () => Promise<Partial<AccuracyReport>>>> = {
  async detection() {
    const wider = [];
    for (const model of detectors) wider.push(await measureWider(model));
    const hardPictures = [];
    for (const model of detectors) hardPictures.push(await measureHardPictures(model));
    return { wider, hardPictures };
  },
  async geometry() {
    return {
      geometry: await measureGeometry(),
      steadyLandmarks: await measureSteadyLandmarks(),
    };
  },
  async recognition() {
    const pairs = await readPairs();
    const vectors = await embedLfw(picturesOf(pairs), "embed");
    return {
      recognition: recognisers.map((model) => measureAnswered(model, vectors, pairs)),
      grouping: recognisers.flatMap((model) =>
        [100, 300, 1000].map((faces) => measureGrouping(model, vectors, faces)),
      ),
      // One fold in six: each picture is embedded again with its mask.
      masked: await measureMasked(
        pairs.filter((_, index) => index < 600),
        vectors,
      ),
      maskedStrangers: await measureMaskedStrangers(pairs, vectors),
    };
  },
  async strangers() {
    return {
      photographStrangers: await measurePhotographStrangers(),
      strangersByKind: await measureStrangersByKind(),
    };
  },
  /** Measures nothing: writes the page again. */
  page: () => Promise.resolve({}),
  async rest() {
    return { lfw: await measureLfw("recognition_04") };
  },
};

const asked = process.argv.slice(2);
const unknown = asked.find((part) => !(part in parts));
if (unknown !== undefined)
  throw new Error(`no part is called ${unknown}; there are ${Object.keys(parts).join(", ")}`);
const folder = fileURLToPath(new URL("../../results", import.meta.url));
const file = `${folder}/accuracy.json`;
const known = await readFile(file, "utf8").then(
  (text) => JSON.parse(text) as Partial<AccuracyReport>,
  () => ({}),
);
let report: Partial<AccuracyReport> = known;
for (const part of asked.length > 0 ? asked : Object.keys(parts))
  report = { ...report, ...(await parts[part]!()) };
await mkdir(folder, { recursive: true });
await writeFile(file, `${JSON.stringify(report, undefined, 1)}\n`);
const page = await accuracyPage(report);
await writeFile(fileURLToPath(new URL("../../../docs/accuracy.md", import.meta.url)), page);
console.log(page);
