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
    weights: [34.621],
    bias: -18.009,
    falseAcceptLogits: [
      { rate: 0.01, logit: 1.8813 },
      { rate: 0.001, logit: 3.9868 },
      { rate: 0.0001, logit: 5.6161 },
      { rate: 0.00001, logit: 7.0545 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.18685,
        falseAcceptInterval: [0.18639, 0.18732],
        falseRejectRate: 0.014585,
        falseRejectInterval: [0.010687, 0.019875],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.08546,
        falseAcceptInterval: [0.085125, 0.085797],
        falseRejectRate: 0.025804,
        falseRejectInterval: [0.020441, 0.032528],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.047959,
        falseAcceptInterval: [0.047703, 0.048216],
        falseRejectRate: 0.047868,
        falseRejectInterval: [0.040405, 0.056629],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.035364,
        falseAcceptInterval: [0.035143, 0.035587],
        falseRejectRate: 0.05834,
        falseRejectInterval: [0.050073, 0.067873],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.024861,
        falseAcceptInterval: [0.024674, 0.025048],
        falseRejectRate: 0.070681,
        falseRejectInterval: [0.06157, 0.081023],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.015677,
        falseAcceptInterval: [0.015529, 0.015827],
        falseRejectRate: 0.089753,
        falseRejectInterval: [0.0795, 0.10118],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0073575,
        falseAcceptInterval: [0.0072556, 0.0074608],
        falseRejectRate: 0.13725,
        falseRejectInterval: [0.12472, 0.15081],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0033601,
        falseAcceptInterval: [0.0032913, 0.0034303],
        falseRejectRate: 0.181,
        falseRejectInterval: [0.16687, 0.19605],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00044779,
        falseAcceptInterval: [0.00042309, 0.00047392],
        falseRejectRate: 0.3362,
        falseRejectInterval: [0.31854, 0.35433],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000013137,
        falseAcceptInterval: [0.0000094464, 0.00001827],
        falseRejectRate: 0.63126,
        falseRejectInterval: [0.6128, 0.64935],
      },
    ],
  },
  recognition_02: {
    weights: [158.3],
    bias: -143.12,
    falseAcceptLogits: [
      { rate: 0.01, logit: 0.6667 },
      { rate: 0.001, logit: 3.5654 },
      { rate: 0.0001, logit: 5.8628 },
      { rate: 0.00001, logit: 7.4627 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.050672,
        falseAcceptInterval: [0.050409, 0.050936],
        falseRejectRate: 0.0011219,
        falseRejectInterval: [0.00038162, 0.0032936],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.025507,
        falseAcceptInterval: [0.025318, 0.025697],
        falseRejectRate: 0.0048616,
        falseRejectInterval: [0.0028434, 0.0083005],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.015417,
        falseAcceptInterval: [0.01527, 0.015566],
        falseRejectRate: 0.0089753,
        falseRejectInterval: [0.0060388, 0.013321],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.011895,
        falseAcceptInterval: [0.011766, 0.012026],
        falseRejectRate: 0.012341,
        falseRejectInterval: [0.0088009, 0.01728],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0088364,
        falseAcceptInterval: [0.0087247, 0.0089494],
        falseRejectRate: 0.015707,
        falseRejectInterval: [0.011641, 0.021162],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0060682,
        falseAcceptInterval: [0.0059756, 0.0061622],
        falseRejectRate: 0.022064,
        falseRejectInterval: [0.017144, 0.028356],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0032662,
        falseAcceptInterval: [0.0031984, 0.0033355],
        falseRejectRate: 0.034031,
        falseRejectInterval: [0.0278, 0.0416],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0017743,
        falseAcceptInterval: [0.0017244, 0.0018255],
        falseRejectRate: 0.055348,
        falseRejectInterval: [0.047302, 0.06467],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00037009,
        falseAcceptInterval: [0.0003477, 0.00039392],
        falseRejectRate: 0.12528,
        falseRejectInterval: [0.11327, 0.13837],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000025899,
        falseAcceptInterval: [0.000020466, 0.000032773],
        falseRejectRate: 0.34966,
        falseRejectInterval: [0.33182, 0.36794],
      },
    ],
  },
  recognition_03: {
    weights: [28.535],
    bias: -7.3688,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.30402 },
      { rate: 0.001, logit: 2.2596 },
      { rate: 0.0001, logit: 4.3777 },
      { rate: 0.00001, logit: 6.1785 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.041498,
        falseAcceptInterval: [0.041259, 0.041738],
        falseRejectRate: 0.0033657,
        falseRejectInterval: [0.0017717, 0.0063847],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.015386,
        falseAcceptInterval: [0.015239, 0.015535],
        falseRejectRate: 0.0048616,
        falseRejectInterval: [0.0028434, 0.0083005],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0078162,
        falseAcceptInterval: [0.0077111, 0.0079226],
        falseRejectRate: 0.0059835,
        falseRejectInterval: [0.0036865, 0.0096981],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0055322,
        falseAcceptInterval: [0.0054438, 0.005622],
        falseRejectRate: 0.0063575,
        falseRejectInterval: [0.0039731, 0.010158],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0037534,
        falseAcceptInterval: [0.0036807, 0.0038276],
        falseRejectRate: 0.0078534,
        falseRejectInterval: [0.0051424, 0.011977],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0022866,
        falseAcceptInterval: [0.00223, 0.0023447],
        falseRejectRate: 0.010471,
        falseRejectInterval: [0.0072546, 0.015092],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0010521,
        falseAcceptInterval: [0.0010139, 0.0010917],
        falseRejectRate: 0.017951,
        falseRejectInterval: [0.013566, 0.023718],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.00048457,
        falseAcceptInterval: [0.00045885, 0.00051173],
        falseRejectRate: 0.025804,
        falseRejectInterval: [0.020441, 0.032528],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.000078072,
        falseAcceptInterval: [0.000068158, 0.000089427],
        falseRejectRate: 0.044877,
        falseRejectInterval: [0.037661, 0.053398],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.0000030028,
        falseAcceptInterval: [0.0000015216, 0.0000059259],
        falseRejectRate: 0.12004,
        falseRejectInterval: [0.10827, 0.13291],
      },
    ],
  },
  recognition_04: {
    weights: [7.8889, 12.079, 46.41],
    bias: -48.135,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.79585 },
      { rate: 0.001, logit: 1.8256 },
      { rate: 0.0001, logit: 3.8501 },
      { rate: 0.00001, logit: 5.3451 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.026635,
        falseAcceptInterval: [0.026442, 0.026829],
        falseRejectRate: 0,
        falseRejectInterval: [0, 0.0014346],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.010393,
        falseAcceptInterval: [0.010271, 0.010515],
        falseRejectRate: 0.0018699,
        falseRejectInterval: [0.00079894, 0.00437],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0053246,
        falseAcceptInterval: [0.005238, 0.0054127],
        falseRejectRate: 0.0033657,
        falseRejectInterval: [0.0017717, 0.0063847],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0037827,
        falseAcceptInterval: [0.0037097, 0.0038572],
        falseRejectRate: 0.0037397,
        falseRejectInterval: [0.0020326, 0.0068707],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.002555,
        falseAcceptInterval: [0.0024951, 0.0026163],
        falseRejectRate: 0.0067315,
        falseRejectInterval: [0.0042622, 0.010616],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0015295,
        falseAcceptInterval: [0.0014833, 0.0015772],
        falseRejectRate: 0.0086013,
        falseRejectInterval: [0.0057384, 0.012874],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.00068463,
        falseAcceptInterval: [0.00065393, 0.00071676],
        falseRejectRate: 0.014585,
        falseRejectInterval: [0.010687, 0.019875],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0003044,
        falseAcceptInterval: [0.00028416, 0.00032608],
        falseRejectRate: 0.018325,
        falseRejectInterval: [0.013889, 0.024142],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.000035282,
        falseAcceptInterval: [0.000028834, 0.000043172],
        falseRejectRate: 0.043007,
        falseRejectInterval: [0.03595, 0.051374],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 7.5069e-7,
        falseAcceptInterval: [2.0586e-7, 0.0000027374],
        falseRejectRate: 0.12416,
        falseRejectInterval: [0.1122, 0.1372],
      },
    ],
  },
};
