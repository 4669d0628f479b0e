/**
 * `npm run bench:attributes [attributes|quality|cost|page ...]`: prints `docs/models/attributes.md`, the card of the
 * attribute network, and writes JSON. Parts that are not run keep what they said.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type AttributesCost, measureCost } from "./attributes-cost.js";
import { attributesPage, type CrossValidated } from "./attributes-page.js";
import type { AttributesReport } from "./attributes-report.js";
import { measureAttributes } from "./attributes.js";
import { requireData } from "./data-folder.js";
import { heldOut, readServiceAnswers } from "./face-geometry.js";
import { readPairs } from "./lfw-data.js";
import {
  lookAtFaces,
  measureRecognitionQuality,
  type RecognitionQualityReport,
} from "./recognition-quality.js";

interface Report extends AttributesReport {
  readonly recognitionQuality: readonly RecognitionQualityReport[];
  readonly cost: AttributesCost;
}

requireData();
const parts: Readonly<Record<string, () => Promise<Partial<Report>>>> = {
  attributes: measureAttributes,
  async quality() {
    const pairs = await readPairs();
    const recognitionQuality = measureRecognitionQuality(
      await lookAtFaces(pairs, 1, ["clean", "spoilt", "grey"]),
      pairs,
    );
    return { recognitionQuality };
  },
  async cost() {
    const portraits = (await readServiceAnswers()).filter(
      ({ file, drawnMask }) => drawnMask === null && heldOut(file),
    );
    const files = portraits.slice(0, 110).map(({ file }) => `service-answers/${file}`);
    return { cost: await measureCost(files) };
  },
  /** Measures nothing: writes the page again. */
  page: () => Promise.resolve({}),
};
const asked = process.argv.slice(2);
const unknown = asked.find((part) => !(part in parts));
if (unknown !== undefined)
  throw new Error(`no part is called ${unknown}: ${Object.keys(parts).join(", ")}`);

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const results = at("bench/results/attributes.json");
let own: Partial<Report> = {};
for (const part of asked.length === 0 ? Object.keys(parts) : asked)
  own = { ...own, ...(await parts[part]!()) };
const report = { ...(await earlier()), ...own };
await mkdir(at("bench/results"), { recursive: true });
await writeFile(results, `${JSON.stringify(report, undefined, 1)}\n`);
if (isWhole(report)) {
  const crossValidated = JSON.parse(
    await readFile(at("bench/results/attributes-retired.json"), "utf8"),
  ) as CrossValidated;
  const page = await attributesPage(report, report.recognitionQuality, report.cost, crossValidated);
  await mkdir(at("docs/models"), { recursive: true });
  await writeFile(at("docs/models/attributes.md"), page);
  console.log(page);
} else console.log("no card yet: the other parts have not been run");

async function earlier(): Promise<Partial<Report>> {
  try {
    return JSON.parse(await readFile(results, "utf8")) as Partial<Report>;
  } catch {
    return {};
  }
}

function isWhole(some: Partial<Report>): some is Report {
  return (
    some.glasses !== undefined && some.recognitionQuality !== undefined && some.cost !== undefined
  );
}
