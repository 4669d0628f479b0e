import type { RecognitionModelId } from "./analysis.js";

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

export interface MeasuredRates {
  /** Of each network's cosine in the logit, in the order of the model's networks. */
  readonly weights: readonly number[];
  readonly bias: number;
  /** Logits that a share `rate` of pairs of strangers reaches. */
  readonly falseAcceptLogits: readonly { readonly rate: number; readonly logit: number }[];
  readonly strangerPairs: number;
  readonly samePersonPairs: number;
  readonly rows: readonly RatesAtConfidence[];
}

export const recognitionRates: Readonly<Record<RecognitionModelId, MeasuredRates>> = {
  recognition_01: {
    weights: [34.65],
    bias: -18.024,
    falseAcceptLogits: [
      { rate: 0.01, logit: 1.88 },
      { rate: 0.001, logit: 3.99 },
    ],
    strangerPairs: 0,
    samePersonPairs: 0,
    rows: [],
  },
  recognition_02: {
    weights: [158.086],
    bias: -142.889,
    falseAcceptLogits: [
      { rate: 0.01, logit: 0.7 },
      { rate: 0.001, logit: 3.6 },
    ],
    strangerPairs: 0,
    samePersonPairs: 0,
    rows: [],
  },
  recognition_03: {
    weights: [28.509],
    bias: -7.42,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.36 },
      { rate: 0.001, logit: 2.19 },
      { rate: 0.0001, logit: 4.27 },
    ],
    strangerPairs: 0,
    samePersonPairs: 0,
    rows: [],
  },
  recognition_04: {
    weights: [8.293, 12.149, 43.208],
    bias: -45.401,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.83 },
      { rate: 0.001, logit: 1.77 },
      { rate: 0.0001, logit: 3.8 },
      { rate: 0.00001, logit: 5.29 },
    ],
    strangerPairs: 0,
    samePersonPairs: 0,
    rows: [],
  },
};
