/** What `GET /models` tells: which networks stand behind each model of the contract, and how often it errs. */
import { detectionModels, recognitionModels } from "@mien/contract/names";
import { measuredRates, recognitionModels as networksOf } from "@mien/vision/recognition-models";

/** Models by their names in the contract. */
export interface ModelReport {
  readonly detection: Readonly<Record<string, object>>;
  readonly recognition: Readonly<Record<string, RecognitionModelReport>>;
}

/** What was measured of a recognition model on pairs of pictures that it was not fitted to. */
export interface RecognitionModelReport {
  /** Networks whose cosines make up the confidence. */
  readonly networks: readonly string[];
  /** How many pairs of pictures the rates were measured on. */
  readonly strangerPairs: number;
  readonly samePersonPairs: number;
  /** Share of pairs of strangers that reach a confidence, with its 95 % interval. */
  readonly falseAcceptRates: readonly RateAtConfidence[];
  /** Share of pairs of one person that do not. */
  readonly falseRejectRates: readonly RateAtConfidence[];
}

/** A share of pairs, 0..1, at one threshold. */
export interface RateAtConfidence {
  readonly confidence: number;
  readonly rate: number;
  readonly interval: readonly [number, number];
}

/** Made of the rates that `npm run calibrate` wrote. */
export function modelReport(): ModelReport {
  return {
    detection: Object.fromEntries(detectionModels.map((id) => [id, {}])),
    recognition: Object.fromEntries(
      recognitionModels.map((id): [string, RecognitionModelReport] => {
        const { strangerPairs, samePersonPairs, rows } = measuredRates(id);
        return [
          id,
          {
            networks: networksOf[id].networks,
            strangerPairs,
            samePersonPairs,
            falseAcceptRates: rows.map((row) => ({
              confidence: row.confidence,
              rate: row.falseAcceptRate,
              interval: row.falseAcceptInterval,
            })),
            falseRejectRates: rows.map((row) => ({
              confidence: row.confidence,
              rate: row.falseRejectRate,
              interval: row.falseRejectInterval,
            })),
          },
        ];
      }),
    ),
  };
}
