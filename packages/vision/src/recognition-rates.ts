/**
 * Confidences of the recognition models and how often they err. Written by `npm run calibrate`: fitted on one half of
 * LFW's people, measured on all pairs of pictures of the other half. Do not edit.
 */
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
    weights: [34.697],
    bias: -18.057,
    falseAcceptLogits: [
      { rate: 0.01, logit: 1.8737 },
      { rate: 0.001, logit: 3.9818 },
      { rate: 0.0001, logit: 5.6204 },
      { rate: 0.00001, logit: 7.0305 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.18551,
        falseAcceptInterval: [0.18505, 0.18598],
        falseRejectRate: 0.014585,
        falseRejectInterval: [0.010687, 0.019875],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.08485,
        falseAcceptInterval: [0.084516, 0.085186],
        falseRejectRate: 0.0273,
        falseRejectInterval: [0.021769, 0.034187],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.04763,
        falseAcceptInterval: [0.047375, 0.047886],
        falseRejectRate: 0.049738,
        falseRejectInterval: [0.042124, 0.058644],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.035089,
        falseAcceptInterval: [0.034868, 0.03531],
        falseRejectRate: 0.060583,
        falseRejectInterval: [0.052156, 0.070272],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.024661,
        falseAcceptInterval: [0.024476, 0.024848],
        falseRejectRate: 0.072177,
        falseRejectInterval: [0.06297, 0.082611],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.015606,
        falseAcceptInterval: [0.015458, 0.015755],
        falseRejectRate: 0.091249,
        falseRejectInterval: [0.080913, 0.10276],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0073128,
        falseAcceptInterval: [0.0072112, 0.0074159],
        falseRejectRate: 0.13687,
        falseRejectInterval: [0.12437, 0.15042],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.003368,
        falseAcceptInterval: [0.0032991, 0.0034383],
        falseRejectRate: 0.18362,
        falseRejectInterval: [0.1694, 0.19875],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00045041,
        falseAcceptInterval: [0.00042564, 0.00047662],
        falseRejectRate: 0.33321,
        falseRejectInterval: [0.31559, 0.3513],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000013137,
        falseAcceptInterval: [0.0000094464, 0.00001827],
        falseRejectRate: 0.63089,
        falseRejectInterval: [0.61242, 0.64898],
      },
    ],
  },
  recognition_02: {
    weights: [149.27],
    bias: -134.79,
    falseAcceptLogits: [
      { rate: 0.01, logit: 0.79624 },
      { rate: 0.001, logit: 3.5309 },
      { rate: 0.0001, logit: 5.6941 },
      { rate: 0.00001, logit: 7.2983 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.058298,
        falseAcceptInterval: [0.058017, 0.05858],
        falseRejectRate: 0.0011219,
        falseRejectInterval: [0.00038162, 0.0032936],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.028796,
        falseAcceptInterval: [0.028596, 0.028998],
        falseRejectRate: 0.0048616,
        falseRejectInterval: [0.0028434, 0.0083005],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.01719,
        falseAcceptInterval: [0.017034, 0.017346],
        falseRejectRate: 0.0071055,
        falseRejectInterval: [0.0045536, 0.011072],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.013133,
        falseAcceptInterval: [0.012997, 0.013271],
        falseRejectRate: 0.010471,
        falseRejectInterval: [0.0072546, 0.015092],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0096403,
        falseAcceptInterval: [0.0095237, 0.0097584],
        falseRejectRate: 0.014585,
        falseRejectInterval: [0.010687, 0.019875],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0064383,
        falseAcceptInterval: [0.0063429, 0.006535],
        falseRejectRate: 0.017577,
        falseRejectInterval: [0.013244, 0.023294],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0033897,
        falseAcceptInterval: [0.0033207, 0.0034602],
        falseRejectRate: 0.034405,
        falseRejectInterval: [0.028138, 0.042009],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0017382,
        falseAcceptInterval: [0.0016889, 0.001789],
        falseRejectRate: 0.0546,
        falseRejectInterval: [0.04661, 0.063868],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00033443,
        falseAcceptInterval: [0.00031318, 0.00035712],
        falseRejectRate: 0.13388,
        falseRejectInterval: [0.1215, 0.14732],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000016515,
        falseAcceptInterval: [0.000012303, 0.000022169],
        falseRejectRate: 0.38519,
        falseRejectInterval: [0.36692, 0.40379],
      },
    ],
  },
  recognition_03: {
    weights: [27.135],
    bias: -6.9209,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.20408 },
      { rate: 0.001, logit: 2.2365 },
      { rate: 0.0001, logit: 4.2629 },
      { rate: 0.00001, logit: 5.8937 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.04767,
        falseAcceptInterval: [0.047415, 0.047927],
        falseRejectRate: 0.0033657,
        falseRejectInterval: [0.0017717, 0.0063847],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.017026,
        falseAcceptInterval: [0.016871, 0.017182],
        falseRejectRate: 0.0059835,
        falseRejectInterval: [0.0036865, 0.0096981],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0083908,
        falseAcceptInterval: [0.008282, 0.0085011],
        falseRejectRate: 0.0071055,
        falseRejectInterval: [0.0045536, 0.011072],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0058828,
        falseAcceptInterval: [0.0057917, 0.0059753],
        falseRejectRate: 0.0086013,
        falseRejectInterval: [0.0057384, 0.012874],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0039284,
        falseAcceptInterval: [0.003854, 0.0040042],
        falseRejectRate: 0.0093493,
        falseRejectInterval: [0.0063407, 0.013766],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.002317,
        falseAcceptInterval: [0.00226, 0.0023755],
        falseRejectRate: 0.011219,
        falseRejectInterval: [0.0078699, 0.015971],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0010405,
        falseAcceptInterval: [0.0010025, 0.0010799],
        falseRejectRate: 0.018325,
        falseRejectInterval: [0.013889, 0.024142],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.00045379,
        falseAcceptInterval: [0.00042893, 0.0004801],
        falseRejectRate: 0.026552,
        falseRejectInterval: [0.021104, 0.033358],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.000063058,
        falseAcceptInterval: [0.000054216, 0.000073341],
        falseRejectRate: 0.051608,
        falseRejectInterval: [0.043847, 0.060655],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.0000018767,
        falseAcceptInterval: [8.0161e-7, 0.0000043937],
        falseRejectRate: 0.1279,
        falseRejectInterval: [0.11577, 0.14109],
      },
    ],
  },
  recognition_04: {
    weights: [12.29, 4.4721, 55.842],
    bias: -54.85,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.43766 },
      { rate: 0.001, logit: 1.9692 },
      { rate: 0.0001, logit: 3.8872 },
      { rate: 0.00001, logit: 5.3214 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.036571,
        falseAcceptInterval: [0.036346, 0.036797],
        falseRejectRate: 0,
        falseRejectInterval: [0, 0.0014346],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.013947,
        falseAcceptInterval: [0.013807, 0.014088],
        falseRejectRate: 0.00074794,
        falseRejectInterval: [0.00020513, 0.0027232],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0069191,
        falseAcceptInterval: [0.0068203, 0.0070193],
        falseRejectRate: 0.0037397,
        falseRejectInterval: [0.0020326, 0.0068707],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0048123,
        falseAcceptInterval: [0.0047299, 0.0048961],
        falseRejectRate: 0.0037397,
        falseRejectInterval: [0.0020326, 0.0068707],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0031747,
        falseAcceptInterval: [0.0031078, 0.0032429],
        falseRejectRate: 0.0059835,
        falseRejectInterval: [0.0036865, 0.0096981],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0018497,
        falseAcceptInterval: [0.0017988, 0.001902],
        falseRejectRate: 0.010471,
        falseRejectInterval: [0.0072546, 0.015092],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.00076458,
        falseAcceptInterval: [0.0007321, 0.00079849],
        falseRejectRate: 0.014959,
        falseRejectInterval: [0.011005, 0.020305],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.00031041,
        falseAcceptInterval: [0.00028996, 0.0003323],
        falseRejectRate: 0.02169,
        falseRejectInterval: [0.016817, 0.027936],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.000034532,
        falseAcceptInterval: [0.00002816, 0.000042346],
        falseRejectRate: 0.049738,
        falseRejectInterval: [0.042124, 0.058644],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 7.5069e-7,
        falseAcceptInterval: [2.0586e-7, 0.0000027374],
        falseRejectRate: 0.15034,
        falseRejectInterval: [0.13729, 0.16438],
      },
    ],
  },
};
