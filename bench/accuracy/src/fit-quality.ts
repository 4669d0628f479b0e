/**
 * `npm run calibrate:quality`: fits what a face's qualities cost recognition and where the levels are cut, on one half of
 * LFW's people as they are and spoilt, and writes both into `@mien/vision`.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expectedErrorWith, qualityFeatures } from "@mien/vision/attributes/recognition-quality";
import { format } from "prettier";
import { requireData } from "./data-folder.js";
import { readPairs } from "./lfw-data.js";
import { fitLogistic } from "./logistic-regression.js";
import {
  type Leveller,
  lookAtFaces,
  qualityModels,
  rejects,
  samePersonPairs,
  strangerThreshold,
} from "./recognition-quality.js";

/** Cuts are chosen with a margin to what they must keep on other people: half, and four times. */
const wanted = { highOfAll: 0.35, lowOfHigh: 8, lowPairs: 100 };

requireData();
const lfw = await readPairs();
const faces = await lookAtFaces(lfw, 0, ["clean", "spoilt"]);
const sets = qualityModels.flatMap((model) =>
  [false, true].map((alsoSpoilt) => {
    const own = faces.filter(({ version }) => alsoSpoilt || version === "clean");
    return {
      alsoSpoilt,
      pairs: samePersonPairs(own, lfw, model),
      threshold: strangerThreshold(own, model),
    };
  }),
);

// A feature that helps an error to happen may not count against it: those whose weight comes out negative are left out.
const names = Object.keys(qualityFeatures);
let kept = names;
let weights: Readonly<Record<string, number>> = {};
for (;;) {
  const samples = sets
    .filter(({ alsoSpoilt }) => alsoSpoilt)
    .flatMap(({ pairs, threshold }) =>
      pairs.map(({ faces: two, logit }) => ({
        features: kept.map((name) =>
          two.reduce((sum, { evidence }) => sum + qualityFeatures[name]!(evidence), 0),
        ),
        rejected: logit < threshold,
      })),
    );
  const model = fitLogistic(
    samples.map(({ features }) => features),
    samples.map(({ rejected }) => rejected),
    samples.map(() => 1),
  );
  weights = Object.fromEntries(
    names.map((name) => [name, kept.includes(name) ? model.weights[kept.indexOf(name)]! : 0]),
  );
  const negative = kept.filter((name) => weights[name]! < 0);
  if (negative.length === 0) break;
  kept = kept.filter((name) => !negative.includes(name));
}

const errors = faces
  .map(({ evidence }) => expectedErrorWith(weights, evidence))
  .sort((a, b) => a - b);
const levelled =
  (high: number, low: number): Leveller =>
  (face) => {
    const error = expectedErrorWith(weights, face);
    return error < high ? "high" : error < low ? "medium" : "low";
  };
const steps = Array.from(
  { length: 100 },
  (_, k) => errors[Math.floor((errors.length * (k + 0.5)) / 100)]!,
);
/** The most faces that may be `high`, in every set. */
const high = steps.findLast((cut) =>
  sets.every(({ pairs, threshold }) => {
    const { all, byLevel } = rejects(pairs, threshold, levelled(cut, Infinity));
    return byLevel.high.rate <= wanted.highOfAll * all.rate;
  }),
);
if (high === undefined) throw new Error("no cut of high keeps what is wanted");
/** The fewest that are `low` but enough to be measured: most faces should be of use for something. */
const low = steps.findLast(
  (cut) =>
    cut > high &&
    sets.every(({ pairs, threshold }) => {
      const { byLevel } = rejects(pairs, threshold, levelled(high, cut));
      return (
        byLevel.low.pairs >= wanted.lowPairs &&
        byLevel.low.rate >= wanted.lowOfHigh * byLevel.high.rate
      );
    }),
);
if (low === undefined) throw new Error("no cut of low keeps what is wanted");

const digits = (value: number): number => Number(value.toPrecision(4));
const source = `/**
 * What a face's qualities cost recognition, in log odds of a rejected pair, and where levels are cut. Written by
 * \`npm run calibrate:quality\`, which fits them on one half of LFW's people; \`npm run bench:attributes\` reports the
 * other half. Do not edit.
 */
export const qualityWeights: Readonly<Record<string, number>> = ${JSON.stringify(
  Object.fromEntries(Object.entries(weights).map(([name, value]) => [name, digits(value)])),
)};

/** Log odds below which the quality is \`high\`, and from which on it is \`low\`. */
export const qualityCuts = ${JSON.stringify({ high: digits(high), low: digits(low) })} as const;
`;
const path = fileURLToPath(
  new URL("../../../packages/vision/src/attributes/quality-weights.ts", import.meta.url),
);
await writeFile(path, await format(source, { parser: "typescript", printWidth: 100 }));
console.log(source);
for (const { alsoSpoilt, pairs, threshold } of sets)
  console.log(alsoSpoilt, JSON.stringify(rejects(pairs, threshold, levelled(high, low))));
