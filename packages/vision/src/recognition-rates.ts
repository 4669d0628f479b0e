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
    weights: [34.655],
    bias: -18.032,
    falseAcceptLogits: [
      { rate: 0.01, logit: 1.8736 },
      { rate: 0.001, logit: 3.9829 },
      { rate: 0.0001, logit: 5.5992 },
      { rate: 0.00001, logit: 7.0655 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.18628,
        falseAcceptInterval: [0.18581, 0.18675],
        falseRejectRate: 0.014585,
        falseRejectInterval: [0.010687, 0.019875],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.08521,
        falseAcceptInterval: [0.084875, 0.085545],
        falseRejectRate: 0.024682,
        falseRejectInterval: [0.019448, 0.03128],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.047849,
        falseAcceptInterval: [0.047593, 0.048105],
        falseRejectRate: 0.047868,
        falseRejectInterval: [0.040405, 0.056629],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.035292,
        falseAcceptInterval: [0.035071, 0.035514],
        falseRejectRate: 0.059461,
        falseRejectInterval: [0.051114, 0.069073],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.024783,
        falseAcceptInterval: [0.024597, 0.024971],
        falseRejectRate: 0.070681,
        falseRejectInterval: [0.06157, 0.081023],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.01571,
        falseAcceptInterval: [0.015561, 0.01586],
        falseRejectRate: 0.089753,
        falseRejectInterval: [0.0795, 0.10118],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0073489,
        falseAcceptInterval: [0.007247, 0.0074521],
        falseRejectRate: 0.13538,
        falseRejectInterval: [0.12293, 0.14887],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0033653,
        falseAcceptInterval: [0.0032965, 0.0034356],
        falseRejectRate: 0.18175,
        falseRejectInterval: [0.16759, 0.19682],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00044628,
        falseAcceptInterval: [0.00042163, 0.00047238],
        falseRejectRate: 0.33508,
        falseRejectInterval: [0.31744, 0.35319],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000013137,
        falseAcceptInterval: [0.0000094464, 0.00001827],
        falseRejectRate: 0.63351,
        falseRejectInterval: [0.61506, 0.65157],
      },
    ],
  },
  recognition_02: {
    weights: [157.63],
    bias: -142.48,
    falseAcceptLogits: [
      { rate: 0.01, logit: 0.69675 },
      { rate: 0.001, logit: 3.5832 },
      { rate: 0.0001, logit: 5.8495 },
      { rate: 0.00001, logit: 7.5641 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.051664,
        falseAcceptInterval: [0.051398, 0.05193],
        falseRejectRate: 0.0011219,
        falseRejectInterval: [0.00038162, 0.0032936],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.025925,
        falseAcceptInterval: [0.025735, 0.026116],
        falseRejectRate: 0.0044877,
        falseRejectInterval: [0.002569, 0.007828],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.015716,
        falseAcceptInterval: [0.015567, 0.015866],
        falseRejectRate: 0.0086013,
        falseRejectInterval: [0.0057384, 0.012874],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.012101,
        falseAcceptInterval: [0.011971, 0.012233],
        falseRejectRate: 0.011593,
        falseRejectInterval: [0.0081792, 0.016408],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0090184,
        falseAcceptInterval: [0.0089056, 0.0091326],
        falseRejectRate: 0.015707,
        falseRejectInterval: [0.011641, 0.021162],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0061245,
        falseAcceptInterval: [0.0060315, 0.0062189],
        falseRejectRate: 0.020194,
        falseRejectInterval: [0.015511, 0.026255],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0033274,
        falseAcceptInterval: [0.003259, 0.0033973],
        falseRejectRate: 0.034779,
        falseRejectInterval: [0.028475, 0.042418],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0017938,
        falseAcceptInterval: [0.0017437, 0.0018453],
        falseRejectRate: 0.053478,
        falseRejectInterval: [0.045573, 0.062664],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00036746,
        falseAcceptInterval: [0.00034516, 0.00039121],
        falseRejectRate: 0.12715,
        falseRejectInterval: [0.11506, 0.14031],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000025523,
        falseAcceptInterval: [0.000020135, 0.000032353],
        falseRejectRate: 0.34705,
        falseRejectInterval: [0.32923, 0.3653],
      },
    ],
  },
  recognition_03: {
    weights: [28.651],
    bias: -7.4005,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.30191 },
      { rate: 0.001, logit: 2.26 },
      { rate: 0.0001, logit: 4.3901 },
      { rate: 0.00001, logit: 6.232 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.041314,
        falseAcceptInterval: [0.041075, 0.041553],
        falseRejectRate: 0.0029918,
        falseRejectInterval: [0.0015167, 0.0058928],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.015325,
        falseAcceptInterval: [0.015178, 0.015474],
        falseRejectRate: 0.0052356,
        falseRejectInterval: [0.0031213, 0.0087695],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0078057,
        falseAcceptInterval: [0.0077007, 0.007912],
        falseRejectRate: 0.0074794,
        falseRejectInterval: [0.004847, 0.011525],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0055622,
        falseAcceptInterval: [0.0054736, 0.0056522],
        falseRejectRate: 0.0082274,
        falseRejectInterval: [0.0054395, 0.012426],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0037651,
        falseAcceptInterval: [0.0036922, 0.0038393],
        falseRejectRate: 0.0086013,
        falseRejectInterval: [0.0057384, 0.012874],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.00229,
        falseAcceptInterval: [0.0022333, 0.0023481],
        falseRejectRate: 0.011219,
        falseRejectInterval: [0.0078699, 0.015971],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0010652,
        falseAcceptInterval: [0.0010268, 0.0011051],
        falseRejectRate: 0.017203,
        falseRejectInterval: [0.012922, 0.022869],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.00049808,
        falseAcceptInterval: [0.000472, 0.0005256],
        falseRejectRate: 0.025056,
        falseRejectInterval: [0.019779, 0.031696],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00007657,
        falseAcceptInterval: [0.000066759, 0.000087823],
        falseRejectRate: 0.04712,
        falseRejectInterval: [0.039718, 0.055822],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.0000037534,
        falseAcceptInterval: [0.0000020388, 0.00000691],
        falseRejectRate: 0.11705,
        falseRejectInterval: [0.10541, 0.12979],
      },
    ],
  },
  recognition_04: {
    weights: [7.8628, 12.145, 46.662],
    bias: -48.347,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.76543 },
      { rate: 0.001, logit: 1.8614 },
      { rate: 0.0001, logit: 3.9108 },
      { rate: 0.00001, logit: 5.3954 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.027121,
        falseAcceptInterval: [0.026927, 0.027317],
        falseRejectRate: 0,
        falseRejectInterval: [0, 0.0014346],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.010612,
        falseAcceptInterval: [0.01049, 0.010736],
        falseRejectRate: 0.0018699,
        falseRejectInterval: [0.00079894, 0.00437],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0054605,
        falseAcceptInterval: [0.0053727, 0.0055497],
        falseRejectRate: 0.0033657,
        falseRejectInterval: [0.0017717, 0.0063847],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0039036,
        falseAcceptInterval: [0.0038294, 0.0039792],
        falseRejectRate: 0.0044877,
        falseRejectInterval: [0.002569, 0.007828],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.002615,
        falseAcceptInterval: [0.0025544, 0.0026771],
        falseRejectRate: 0.0056096,
        falseRejectInterval: [0.0034024, 0.0092352],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0015806,
        falseAcceptInterval: [0.0015336, 0.001629],
        falseRejectRate: 0.0086013,
        falseRejectInterval: [0.0057384, 0.012874],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.00070677,
        falseAcceptInterval: [0.00067557, 0.00073941],
        falseRejectRate: 0.013837,
        falseRejectInterval: [0.010055, 0.019013],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.00031116,
        falseAcceptInterval: [0.00029069, 0.00033307],
        falseRejectRate: 0.020194,
        falseRejectInterval: [0.015511, 0.026255],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.000036784,
        falseAcceptInterval: [0.000030186, 0.000044823],
        falseRejectRate: 0.042259,
        falseRejectInterval: [0.035267, 0.050564],
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
