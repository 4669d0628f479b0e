/** `npm run calibrate`: fits the recognition models' confidences and writes them into `@mien/vision`. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { RecognitionModelId } from "@mien/vision/analysis";
import { recognitionModels } from "@mien/vision/recognition-models";
import { format } from "prettier";
import { calibrate } from "./calibration.js";
import { requireData } from "./data-folder.js";
import { picturesOf, readPairs } from "./lfw-data.js";
import { embedLfw } from "./lfw-embeddings.js";

requireData();
const pairs = await readPairs();
const vectors = await embedLfw(picturesOf(pairs), "embed");
const digits = (value: number): number => Number(value.toPrecision(5));
const rates = Object.fromEntries(
  (Object.keys(recognitionModels) as RecognitionModelId[]).map((id) => {
    const { weights, bias, falseAcceptLogits, rows, strangerPairs, samePersonPairs } = calibrate(
      id,
      vectors,
      pairs,
    );
    return [
      id,
      {
        weights: weights.map(digits),
        bias: digits(bias),
        falseAcceptLogits: falseAcceptLogits.map(({ rate, logit }) => ({
          rate,
          logit: digits(logit),
        })),
        strangerPairs,
        samePersonPairs,
        rows: rows.map(({ confidence, falseAccept, falseReject }) => ({
          confidence,
          falseAcceptRate: digits(falseAccept.rate),
          falseAcceptInterval: [digits(falseAccept.low), digits(falseAccept.high)],
          falseRejectRate: digits(falseReject.rate),
          falseRejectInterval: [digits(falseReject.low), digits(falseReject.high)],
        })),
      },
    ];
  }),
);
const source = `/**
 * Confidences of the recognition models and how often they err. Written by \`npm run calibrate\`: fitted on one half of
 * LFW's people, measured on all pairs of pictures of the other half. Do not edit.
 */
import type { RecognitionModelId } from "./analysis.js";

/** How often pairs of pictures are decided wrongly at one threshold. Shares are 0..1. */
export interface RatesAtConfidence {
  /** From this confidence on, a pair is accepted. */
  readonly confidence: number;
  /** Share of pairs of strangers that are accepted, with its 95 % interval. */
  readonly falseAcceptRate: number;
  readonly falseAcceptInterval: readonly [number, number];
  /** Share of pairs of one person that are not, with its 95 % interval. */
  readonly falseRejectRate: number;
  readonly falseRejectInterval: readonly [number, number];
}

/** The calibration of one recognition model, and what was measured with it. */
export interface MeasuredRates {
  /** Of each network's cosine in the logit, in the order of the model's networks. */
  readonly weights: readonly number[];
  /** Added to the weighted cosines; the logit 0 is the confidence 0.5. */
  readonly bias: number;
  /** Logits that a share \`rate\` of pairs of strangers reaches. */
  readonly falseAcceptLogits: readonly { readonly rate: number; readonly logit: number }[];
  /** Pairs of pictures of two people that were measured. */
  readonly strangerPairs: number;
  /** Pairs of pictures of one person that were measured. */
  readonly samePersonPairs: number;
  readonly rows: readonly RatesAtConfidence[];
}

/** By the names of the contract. */
export const recognitionRates: Readonly<Record<RecognitionModelId, MeasuredRates>> = ${JSON.stringify(rates)};
`;
const path = fileURLToPath(
  new URL("../../../packages/vision/src/recognition-rates.ts", import.meta.url),
);
await writeFile(path, await format(source, { parser: "typescript", printWidth: 100 }));
console.log(`written ${path}`);
