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
    weights: [158.6],
    bias: -143.33,
    falseAcceptLogits: [
      { rate: 0.01, logit: 0.69243 },
      { rate: 0.001, logit: 3.6179 },
      { rate: 0.0001, logit: 5.9014 },
      { rate: 0.00001, logit: 7.6434 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.050697,
        falseAcceptInterval: [0.050434, 0.050961],
        falseRejectRate: 0.0018699,
        falseRejectInterval: [0.00079894, 0.00437],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.025599,
        falseAcceptInterval: [0.02541, 0.02579],
        falseRejectRate: 0.0059835,
        falseRejectInterval: [0.0036865, 0.0096981],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.015576,
        falseAcceptInterval: [0.015428, 0.015725],
        falseRejectRate: 0.010845,
        falseRejectInterval: [0.0075617, 0.015532],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.01203,
        falseAcceptInterval: [0.0119, 0.012162],
        falseRejectRate: 0.015707,
        falseRejectInterval: [0.011641, 0.021162],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0089899,
        falseAcceptInterval: [0.0088772, 0.0091039],
        falseRejectRate: 0.018325,
        falseRejectInterval: [0.013889, 0.024142],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0061478,
        falseAcceptInterval: [0.0060546, 0.0062423],
        falseRejectRate: 0.02543,
        falseRejectInterval: [0.020109, 0.032112],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0033571,
        falseAcceptInterval: [0.0032883, 0.0034273],
        falseRejectRate: 0.040763,
        falseRejectInterval: [0.033903, 0.04894],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0018155,
        falseAcceptInterval: [0.0017651, 0.0018674],
        falseRejectRate: 0.059835,
        falseRejectInterval: [0.051461, 0.069473],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.0003851,
        falseAcceptInterval: [0.00036225, 0.00040939],
        falseRejectRate: 0.13201,
        falseRejectInterval: [0.11971, 0.14537],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000027025,
        falseAcceptInterval: [0.000021462, 0.00003403],
        falseRejectRate: 0.34854,
        falseRejectInterval: [0.33071, 0.36681],
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
    weights: [8.0521, 12.335, 43.832],
    bias: -45.904,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.79594 },
      { rate: 0.001, logit: 1.8268 },
      { rate: 0.0001, logit: 3.8786 },
      { rate: 0.00001, logit: 5.2773 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.026644,
        falseAcceptInterval: [0.026451, 0.026838],
        falseRejectRate: 0.00074794,
        falseRejectInterval: [0.00020513, 0.0027232],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.010379,
        falseAcceptInterval: [0.010258, 0.010502],
        falseRejectRate: 0.0022438,
        falseRejectInterval: [0.0010287, 0.0048871],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.005325,
        falseAcceptInterval: [0.0052383, 0.0054131],
        falseRejectRate: 0.0041137,
        falseRejectInterval: [0.0022986, 0.0073516],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0037929,
        falseAcceptInterval: [0.0037198, 0.0038674],
        falseRejectRate: 0.0052356,
        falseRejectInterval: [0.0031213, 0.0087695],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0025482,
        falseAcceptInterval: [0.0024884, 0.0026095],
        falseRejectRate: 0.0071055,
        falseRejectInterval: [0.0045536, 0.011072],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0015295,
        falseAcceptInterval: [0.0014833, 0.0015772],
        falseRejectRate: 0.0089753,
        falseRejectInterval: [0.0060388, 0.013321],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.00068463,
        falseAcceptInterval: [0.00065393, 0.00071676],
        falseRejectRate: 0.013837,
        falseRejectInterval: [0.010055, 0.019013],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0002999,
        falseAcceptInterval: [0.00027982, 0.00032142],
        falseRejectRate: 0.019073,
        falseRejectInterval: [0.014536, 0.024989],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.000036408,
        falseAcceptInterval: [0.000029848, 0.00004441],
        falseRejectRate: 0.041511,
        falseRejectInterval: [0.034585, 0.049752],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 7.5069e-7,
        falseAcceptInterval: [2.0586e-7, 0.0000027374],
        falseRejectRate: 0.12266,
        falseRejectInterval: [0.11077, 0.13564],
      },
    ],
  },
};
