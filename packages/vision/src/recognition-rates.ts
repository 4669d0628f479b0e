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
    weights: [34.789],
    bias: -18.108,
    falseAcceptLogits: [
      { rate: 0.01, logit: 1.8799 },
      { rate: 0.001, logit: 3.9951 },
      { rate: 0.0001, logit: 5.6253 },
      { rate: 0.00001, logit: 7.0961 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.18558,
        falseAcceptInterval: [0.18512, 0.18605],
        falseRejectRate: 0.014585,
        falseRejectInterval: [0.010687, 0.019875],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.084918,
        falseAcceptInterval: [0.084584, 0.085253],
        falseRejectRate: 0.025804,
        falseRejectInterval: [0.020441, 0.032528],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0478,
        falseAcceptInterval: [0.047544, 0.048057],
        falseRejectRate: 0.045251,
        falseRejectInterval: [0.038003, 0.053803],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.035258,
        falseAcceptInterval: [0.035037, 0.03548],
        falseRejectRate: 0.057592,
        falseRejectInterval: [0.04938, 0.067073],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.024811,
        falseAcceptInterval: [0.024625, 0.024999],
        falseRejectRate: 0.068437,
        falseRejectInterval: [0.059472, 0.078639],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.015709,
        falseAcceptInterval: [0.015561, 0.015859],
        falseRejectRate: 0.089379,
        falseRejectInterval: [0.079147, 0.10079],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.007386,
        falseAcceptInterval: [0.0072839, 0.0074896],
        falseRejectRate: 0.13388,
        falseRejectInterval: [0.1215, 0.14732],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0033867,
        falseAcceptInterval: [0.0033177, 0.0034572],
        falseRejectRate: 0.18175,
        falseRejectInterval: [0.16759, 0.19682],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00045679,
        falseAcceptInterval: [0.00043185, 0.00048318],
        falseRejectRate: 0.33732,
        falseRejectInterval: [0.31965, 0.35546],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000013888,
        falseAcceptInterval: [0.000010076, 0.000019141],
        falseRejectRate: 0.63164,
        falseRejectInterval: [0.61318, 0.64972],
      },
    ],
  },
  recognition_02: {
    weights: [155.14],
    bias: -139.93,
    falseAcceptLogits: [
      { rate: 0.01, logit: 0.76108 },
      { rate: 0.001, logit: 3.6925 },
      { rate: 0.0001, logit: 6.0214 },
      { rate: 0.00001, logit: 7.7492 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.051773,
        falseAcceptInterval: [0.051508, 0.05204],
        falseRejectRate: 0.0029918,
        falseRejectInterval: [0.0015167, 0.0058928],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.02644,
        falseAcceptInterval: [0.026248, 0.026633],
        falseRejectRate: 0.0078534,
        falseRejectInterval: [0.0051424, 0.011977],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.016215,
        falseAcceptInterval: [0.016064, 0.016368],
        falseRejectRate: 0.013089,
        falseRejectInterval: [0.0094264, 0.018149],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.012591,
        falseAcceptInterval: [0.012458, 0.012726],
        falseRejectRate: 0.018325,
        falseRejectInterval: [0.013889, 0.024142],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0094193,
        falseAcceptInterval: [0.009304, 0.009536],
        falseRejectRate: 0.02356,
        falseRejectInterval: [0.018458, 0.030029],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0064803,
        falseAcceptInterval: [0.0063847, 0.0065774],
        falseRejectRate: 0.028796,
        falseRejectInterval: [0.023102, 0.035842],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0035369,
        falseAcceptInterval: [0.0034663, 0.0036089],
        falseRejectRate: 0.048242,
        falseRejectInterval: [0.040749, 0.057032],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.001954,
        falseAcceptInterval: [0.0019017, 0.0020078],
        falseRejectRate: 0.065819,
        falseRejectInterval: [0.057029, 0.075854],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00042114,
        falseAcceptInterval: [0.00039721, 0.0004465],
        falseRejectRate: 0.13762,
        falseRejectInterval: [0.12508, 0.1512],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000030778,
        falseAcceptInterval: [0.000024799, 0.0000382],
        falseRejectRate: 0.35116,
        falseRejectInterval: [0.33329, 0.36945],
      },
    ],
  },
  recognition_03: {
    weights: [28.763],
    bias: -7.4333,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.29634 },
      { rate: 0.001, logit: 2.2801 },
      { rate: 0.0001, logit: 4.4337 },
      { rate: 0.00001, logit: 6.1791 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.041265,
        falseAcceptInterval: [0.041027, 0.041505],
        falseRejectRate: 0.0033657,
        falseRejectInterval: [0.0017717, 0.0063847],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.015355,
        falseAcceptInterval: [0.015208, 0.015504],
        falseRejectRate: 0.0048616,
        falseRejectInterval: [0.0028434, 0.0083005],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0078623,
        falseAcceptInterval: [0.007757, 0.0079691],
        falseRejectRate: 0.0071055,
        falseRejectInterval: [0.0045536, 0.011072],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0055784,
        falseAcceptInterval: [0.0054896, 0.0056685],
        falseRejectRate: 0.0071055,
        falseRejectInterval: [0.0045536, 0.011072],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0037989,
        falseAcceptInterval: [0.0037257, 0.0038734],
        falseRejectRate: 0.0078534,
        falseRejectInterval: [0.0051424, 0.011977],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0023204,
        falseAcceptInterval: [0.0022633, 0.0023789],
        falseRejectRate: 0.0097233,
        falseRejectInterval: [0.006644, 0.014209],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0010742,
        falseAcceptInterval: [0.0010356, 0.0011143],
        falseRejectRate: 0.016081,
        falseRejectInterval: [0.01196, 0.02159],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.00050334,
        falseAcceptInterval: [0.00047711, 0.000531],
        falseRejectRate: 0.02356,
        falseRejectInterval: [0.018458, 0.030029],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.000080699,
        falseAcceptInterval: [0.000070609, 0.000092231],
        falseRejectRate: 0.046372,
        falseRejectInterval: [0.039032, 0.055015],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.0000037534,
        falseAcceptInterval: [0.0000020388, 0.00000691],
        falseRejectRate: 0.11743,
        falseRejectInterval: [0.10577, 0.13018],
      },
    ],
  },
  recognition_04: {
    weights: [8.1067, 12.336, 43.626],
    bias: -45.727,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.7958 },
      { rate: 0.001, logit: 1.8313 },
      { rate: 0.0001, logit: 3.8833 },
      { rate: 0.00001, logit: 5.2801 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.02662,
        falseAcceptInterval: [0.026428, 0.026814],
        falseRejectRate: 0.00074794,
        falseRejectInterval: [0.00020513, 0.0027232],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.010374,
        falseAcceptInterval: [0.010253, 0.010496],
        falseRejectRate: 0.0022438,
        falseRejectInterval: [0.0010287, 0.0048871],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0053261,
        falseAcceptInterval: [0.0052394, 0.0054143],
        falseRejectRate: 0.0041137,
        falseRejectInterval: [0.0022986, 0.0073516],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0038026,
        falseAcceptInterval: [0.0037294, 0.0038772],
        falseRejectRate: 0.0059835,
        falseRejectInterval: [0.0036865, 0.0096981],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0025497,
        falseAcceptInterval: [0.0024899, 0.002611],
        falseRejectRate: 0.0071055,
        falseRejectInterval: [0.0045536, 0.011072],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0015299,
        falseAcceptInterval: [0.0014837, 0.0015776],
        falseRejectRate: 0.0089753,
        falseRejectInterval: [0.0060388, 0.013321],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.00068575,
        falseAcceptInterval: [0.00065503, 0.00071792],
        falseRejectRate: 0.013837,
        falseRejectInterval: [0.010055, 0.019013],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.00030103,
        falseAcceptInterval: [0.0002809, 0.00032259],
        falseRejectRate: 0.019073,
        falseRejectInterval: [0.014536, 0.024989],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.000036784,
        falseAcceptInterval: [0.000030186, 0.000044823],
        falseRejectRate: 0.040763,
        falseRejectInterval: [0.033903, 0.04894],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 7.5069e-7,
        falseAcceptInterval: [2.0586e-7, 0.0000027374],
        falseRejectRate: 0.12191,
        falseRejectInterval: [0.11005, 0.13486],
      },
    ],
  },
};
