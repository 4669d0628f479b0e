/**
 * Confidences of the recognition models and how often they err. Written by `npm run calibrate`: fitted on one half of
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
  /** Logits that a share `rate` of pairs of strangers reaches. */
  readonly falseAcceptLogits: readonly { readonly rate: number; readonly logit: number }[];
  /** Pairs of pictures of two people that were measured. */
  readonly strangerPairs: number;
  /** Pairs of pictures of one person that were measured. */
  readonly samePersonPairs: number;
  readonly rows: readonly RatesAtConfidence[];
}

/** By the names of the contract. */
export const recognitionRates: Readonly<Record<RecognitionModelId, MeasuredRates>> = {
  recognition_01: {
    weights: [34.72],
    bias: -18.068,
    falseAcceptLogits: [
      { rate: 0.01, logit: 1.878 },
      { rate: 0.001, logit: 3.9908 },
      { rate: 0.0001, logit: 5.6126 },
      { rate: 0.00001, logit: 7.0789 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.18602,
        falseAcceptInterval: [0.18555, 0.18649],
        falseRejectRate: 0.014211,
        falseRejectInterval: [0.010371, 0.019445],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.085088,
        falseAcceptInterval: [0.084753, 0.085423],
        falseRejectRate: 0.025804,
        falseRejectInterval: [0.020441, 0.032528],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.047846,
        falseAcceptInterval: [0.04759, 0.048103],
        falseRejectRate: 0.04712,
        falseRejectInterval: [0.039718, 0.055822],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.035274,
        falseAcceptInterval: [0.035053, 0.035496],
        falseRejectRate: 0.059835,
        falseRejectInterval: [0.051461, 0.069473],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.024817,
        falseAcceptInterval: [0.024631, 0.025005],
        falseRejectRate: 0.069559,
        falseRejectInterval: [0.060521, 0.079832],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.015698,
        falseAcceptInterval: [0.015549, 0.015848],
        falseRejectRate: 0.090127,
        falseRejectInterval: [0.079853, 0.10158],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0073695,
        falseAcceptInterval: [0.0072675, 0.0074729],
        falseRejectRate: 0.135,
        falseRejectInterval: [0.12257, 0.14848],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0033736,
        falseAcceptInterval: [0.0033047, 0.0034439],
        falseRejectRate: 0.18212,
        falseRejectInterval: [0.16795, 0.19721],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00045267,
        falseAcceptInterval: [0.00042783, 0.00047894],
        falseRejectRate: 0.33807,
        falseRejectInterval: [0.32038, 0.35622],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000013888,
        falseAcceptInterval: [0.000010076, 0.000019141],
        falseRejectRate: 0.63239,
        falseRejectInterval: [0.61393, 0.65046],
      },
    ],
  },
  recognition_02: {
    weights: [159.17],
    bias: -143.91,
    falseAcceptLogits: [
      { rate: 0.01, logit: 0.67678 },
      { rate: 0.001, logit: 3.5962 },
      { rate: 0.0001, logit: 5.8707 },
      { rate: 0.00001, logit: 7.6161 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.050576,
        falseAcceptInterval: [0.050314, 0.05084],
        falseRejectRate: 0.0011219,
        falseRejectInterval: [0.00038162, 0.0032936],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.025474,
        falseAcceptInterval: [0.025285, 0.025664],
        falseRejectRate: 0.0048616,
        falseRejectInterval: [0.0028434, 0.0083005],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.015453,
        falseAcceptInterval: [0.015305, 0.015601],
        falseRejectRate: 0.0097233,
        falseRejectInterval: [0.006644, 0.014209],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.011948,
        falseAcceptInterval: [0.011818, 0.012079],
        falseRejectRate: 0.013089,
        falseRejectInterval: [0.0094264, 0.018149],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0088968,
        falseAcceptInterval: [0.0087847, 0.0090103],
        falseRejectRate: 0.015707,
        falseRejectInterval: [0.011641, 0.021162],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.006093,
        falseAcceptInterval: [0.0060002, 0.0061871],
        falseRejectRate: 0.020942,
        falseRejectInterval: [0.016163, 0.027097],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0032963,
        falseAcceptInterval: [0.0032282, 0.0033658],
        falseRejectRate: 0.035153,
        falseRejectInterval: [0.028813, 0.042828],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0017878,
        falseAcceptInterval: [0.0017378, 0.0018392],
        falseRejectRate: 0.054226,
        falseRejectInterval: [0.046264, 0.063467],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00037647,
        falseAcceptInterval: [0.00035389, 0.0004005],
        falseRejectRate: 0.1264,
        falseRejectInterval: [0.11434, 0.13954],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000026274,
        falseAcceptInterval: [0.000020798, 0.000033192],
        falseRejectRate: 0.34742,
        falseRejectInterval: [0.3296, 0.36567],
      },
    ],
  },
  recognition_03: {
    weights: [28.465],
    bias: -7.3463,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.29565 },
      { rate: 0.001, logit: 2.2573 },
      { rate: 0.0001, logit: 4.3777 },
      { rate: 0.00001, logit: 6.2086 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.041919,
        falseAcceptInterval: [0.041679, 0.042161],
        falseRejectRate: 0.0026178,
        falseRejectInterval: [0.0012686, 0.005394],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.015428,
        falseAcceptInterval: [0.015281, 0.015577],
        falseRejectRate: 0.0044877,
        falseRejectInterval: [0.002569, 0.007828],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0078387,
        falseAcceptInterval: [0.0077335, 0.0079453],
        falseRejectRate: 0.0067315,
        falseRejectInterval: [0.0042622, 0.010616],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0055588,
        falseAcceptInterval: [0.0054703, 0.0056488],
        falseRejectRate: 0.0071055,
        falseRejectInterval: [0.0045536, 0.011072],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0037681,
        falseAcceptInterval: [0.0036952, 0.0038424],
        falseRejectRate: 0.0078534,
        falseRejectInterval: [0.0051424, 0.011977],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0022847,
        falseAcceptInterval: [0.0022281, 0.0023428],
        falseRejectRate: 0.0097233,
        falseRejectInterval: [0.006644, 0.014209],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0010543,
        falseAcceptInterval: [0.0010161, 0.001094],
        falseRejectRate: 0.016081,
        falseRejectInterval: [0.01196, 0.02159],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0004887,
        falseAcceptInterval: [0.00046287, 0.00051597],
        falseRejectRate: 0.023934,
        falseRejectInterval: [0.018788, 0.030446],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.000075444,
        falseAcceptInterval: [0.000065711, 0.00008662],
        falseRejectRate: 0.046746,
        falseRejectInterval: [0.039375, 0.055419],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.0000026274,
        falseAcceptInterval: [0.0000012727, 0.000005424],
        falseRejectRate: 0.1193,
        falseRejectInterval: [0.10755, 0.13213],
      },
    ],
  },
  recognition_04: {
    weights: [7.3006, 12.284, 48.927],
    bias: -50.324,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.78512 },
      { rate: 0.001, logit: 1.844 },
      { rate: 0.0001, logit: 3.8842 },
      { rate: 0.00001, logit: 5.3486 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.026729,
        falseAcceptInterval: [0.026536, 0.026923],
        falseRejectRate: 0,
        falseRejectInterval: [0, 0.0014346],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.010474,
        falseAcceptInterval: [0.010352, 0.010597],
        falseRejectRate: 0.0018699,
        falseRejectInterval: [0.00079894, 0.00437],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0053873,
        falseAcceptInterval: [0.0053001, 0.0054759],
        falseRejectRate: 0.0041137,
        falseRejectInterval: [0.0022986, 0.0073516],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.003836,
        falseAcceptInterval: [0.0037625, 0.003911],
        falseRejectRate: 0.0052356,
        falseRejectInterval: [0.0031213, 0.0087695],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0026026,
        falseAcceptInterval: [0.0025422, 0.0026645],
        falseRejectRate: 0.0063575,
        falseRejectInterval: [0.0039731, 0.010158],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0015603,
        falseAcceptInterval: [0.0015136, 0.0016084],
        falseRejectRate: 0.0086013,
        falseRejectInterval: [0.0057384, 0.012874],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.00070077,
        falseAcceptInterval: [0.0006697, 0.00073327],
        falseRejectRate: 0.013463,
        falseRejectInterval: [0.0097404, 0.018581],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.00030778,
        falseAcceptInterval: [0.00028743, 0.00032958],
        falseRejectRate: 0.019073,
        falseRejectInterval: [0.014536, 0.024989],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.000038285,
        falseAcceptInterval: [0.000031541, 0.000046471],
        falseRejectRate: 0.042633,
        falseRejectInterval: [0.035609, 0.050969],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 7.5069e-7,
        falseAcceptInterval: [2.0586e-7, 0.0000027374],
        falseRejectRate: 0.1264,
        falseRejectInterval: [0.11434, 0.13954],
      },
    ],
  },
};
