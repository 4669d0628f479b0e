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
    weights: [34.674],
    bias: -18.04,
    falseAcceptLogits: [
      { rate: 0.01, logit: 1.8774 },
      { rate: 0.001, logit: 3.9863 },
      { rate: 0.0001, logit: 5.6085 },
      { rate: 0.00001, logit: 7.0729 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.1863,
        falseAcceptInterval: [0.18583, 0.18677],
        falseRejectRate: 0.014211,
        falseRejectInterval: [0.010371, 0.019445],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.085177,
        falseAcceptInterval: [0.084842, 0.085513],
        falseRejectRate: 0.025804,
        falseRejectInterval: [0.020441, 0.032528],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.047886,
        falseAcceptInterval: [0.04763, 0.048143],
        falseRejectRate: 0.04712,
        falseRejectInterval: [0.039718, 0.055822],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.035306,
        falseAcceptInterval: [0.035085, 0.035529],
        falseRejectRate: 0.059461,
        falseRejectInterval: [0.051114, 0.069073],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.024823,
        falseAcceptInterval: [0.024637, 0.025011],
        falseRejectRate: 0.069933,
        falseRejectInterval: [0.06087, 0.080229],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.015702,
        falseAcceptInterval: [0.015554, 0.015852],
        falseRejectRate: 0.090127,
        falseRejectInterval: [0.079853, 0.10158],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0073643,
        falseAcceptInterval: [0.0072623, 0.0074676],
        falseRejectRate: 0.135,
        falseRejectInterval: [0.12257, 0.14848],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0033702,
        falseAcceptInterval: [0.0033013, 0.0034405],
        falseRejectRate: 0.18212,
        falseRejectInterval: [0.16795, 0.19721],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00045004,
        falseAcceptInterval: [0.00042528, 0.00047624],
        falseRejectRate: 0.33844,
        falseRejectInterval: [0.32075, 0.3566],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000013888,
        falseAcceptInterval: [0.000010076, 0.000019141],
        falseRejectRate: 0.63313,
        falseRejectInterval: [0.61469, 0.6512],
      },
    ],
  },
  recognition_02: {
    weights: [159.42],
    bias: -144.13,
    falseAcceptLogits: [
      { rate: 0.01, logit: 0.67418 },
      { rate: 0.001, logit: 3.6054 },
      { rate: 0.0001, logit: 5.8843 },
      { rate: 0.00001, logit: 7.6342 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.050368,
        falseAcceptInterval: [0.050106, 0.050631],
        falseRejectRate: 0.0011219,
        falseRejectInterval: [0.00038162, 0.0032936],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.02537,
        falseAcceptInterval: [0.025181, 0.025559],
        falseRejectRate: 0.0048616,
        falseRejectInterval: [0.0028434, 0.0083005],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.015408,
        falseAcceptInterval: [0.015261, 0.015557],
        falseRejectRate: 0.0097233,
        falseRejectInterval: [0.006644, 0.014209],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.011921,
        falseAcceptInterval: [0.011792, 0.012052],
        falseRejectRate: 0.012715,
        falseRejectInterval: [0.0091132, 0.017715],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0088795,
        falseAcceptInterval: [0.0087676, 0.0089929],
        falseRejectRate: 0.016081,
        falseRejectInterval: [0.01196, 0.02159],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0060896,
        falseAcceptInterval: [0.0059969, 0.0061837],
        falseRejectRate: 0.020942,
        falseRejectInterval: [0.016163, 0.027097],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.003306,
        falseAcceptInterval: [0.0032378, 0.0033757],
        falseRejectRate: 0.034779,
        falseRejectInterval: [0.028475, 0.042418],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0017964,
        falseAcceptInterval: [0.0017463, 0.001848],
        falseRejectRate: 0.054226,
        falseRejectInterval: [0.046264, 0.063467],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00037947,
        falseAcceptInterval: [0.0003568, 0.00040359],
        falseRejectRate: 0.12565,
        falseRejectInterval: [0.11363, 0.13876],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000026649,
        falseAcceptInterval: [0.00002113, 0.000033611],
        falseRejectRate: 0.34405,
        falseRejectInterval: [0.32628, 0.36227],
      },
    ],
  },
  recognition_03: {
    weights: [28.458],
    bias: -7.3446,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.29649 },
      { rate: 0.001, logit: 2.2548 },
      { rate: 0.0001, logit: 4.3767 },
      { rate: 0.00001, logit: 6.2072 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.041899,
        falseAcceptInterval: [0.041659, 0.04214],
        falseRejectRate: 0.0026178,
        falseRejectInterval: [0.0012686, 0.005394],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.015425,
        falseAcceptInterval: [0.015278, 0.015574],
        falseRejectRate: 0.0044877,
        falseRejectInterval: [0.002569, 0.007828],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0078297,
        falseAcceptInterval: [0.0077246, 0.0079362],
        falseRejectRate: 0.0063575,
        falseRejectInterval: [0.0039731, 0.010158],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0055498,
        falseAcceptInterval: [0.0054613, 0.0056398],
        falseRejectRate: 0.0071055,
        falseRejectInterval: [0.0045536, 0.011072],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0037564,
        falseAcceptInterval: [0.0036837, 0.0038306],
        falseRejectRate: 0.0078534,
        falseRejectInterval: [0.0051424, 0.011977],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0022821,
        falseAcceptInterval: [0.0022255, 0.0023401],
        falseRejectRate: 0.0097233,
        falseRejectInterval: [0.006644, 0.014209],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0010521,
        falseAcceptInterval: [0.0010139, 0.0010917],
        falseRejectRate: 0.016081,
        falseRejectInterval: [0.01196, 0.02159],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.00048907,
        falseAcceptInterval: [0.00046323, 0.00051635],
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
        falseRejectRate: 0.11892,
        falseRejectInterval: [0.1072, 0.13174],
      },
    ],
  },
  recognition_04: {
    weights: [7.2747, 12.329, 48.767],
    bias: -50.19,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.7821 },
      { rate: 0.001, logit: 1.8441 },
      { rate: 0.0001, logit: 3.8849 },
      { rate: 0.00001, logit: 5.3474 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.026776,
        falseAcceptInterval: [0.026582, 0.02697],
        falseRejectRate: 0,
        falseRejectInterval: [0, 0.0014346],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.010497,
        falseAcceptInterval: [0.010375, 0.01062],
        falseRejectRate: 0.0018699,
        falseRejectInterval: [0.00079894, 0.00437],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0053959,
        falseAcceptInterval: [0.0053087, 0.0054846],
        falseRejectRate: 0.0037397,
        falseRejectInterval: [0.0020326, 0.0068707],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0038469,
        falseAcceptInterval: [0.0037733, 0.003922],
        falseRejectRate: 0.0048616,
        falseRejectInterval: [0.0028434, 0.0083005],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.002606,
        falseAcceptInterval: [0.0025455, 0.002668],
        falseRejectRate: 0.0059835,
        falseRejectInterval: [0.0036865, 0.0096981],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0015618,
        falseAcceptInterval: [0.0015151, 0.0016099],
        falseRejectRate: 0.0086013,
        falseRejectInterval: [0.0057384, 0.012874],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.00069964,
        falseAcceptInterval: [0.0006686, 0.00073212],
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
        falseAcceptRate: 0.00003866,
        falseAcceptInterval: [0.000031881, 0.000046882],
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
