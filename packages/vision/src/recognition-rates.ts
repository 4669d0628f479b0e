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
    weights: [34.73],
    bias: -18.071,
    falseAcceptLogits: [
      { rate: 0.01, logit: 1.8801 },
      { rate: 0.001, logit: 3.9899 },
      { rate: 0.0001, logit: 5.6423 },
      { rate: 0.00001, logit: 7.0338 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.18564,
        falseAcceptInterval: [0.18518, 0.18611],
        falseRejectRate: 0.014585,
        falseRejectInterval: [0.010687, 0.019875],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.084987,
        falseAcceptInterval: [0.084653, 0.085322],
        falseRejectRate: 0.026926,
        falseRejectInterval: [0.021436, 0.033773],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.047749,
        falseAcceptInterval: [0.047494, 0.048006],
        falseRejectRate: 0.049364,
        falseRejectInterval: [0.04178, 0.058241],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.035204,
        falseAcceptInterval: [0.034983, 0.035426],
        falseRejectRate: 0.060209,
        falseRejectInterval: [0.051809, 0.069872],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.02475,
        falseAcceptInterval: [0.024564, 0.024937],
        falseRejectRate: 0.072177,
        falseRejectInterval: [0.06297, 0.082611],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.015688,
        falseAcceptInterval: [0.01554, 0.015838],
        falseRejectRate: 0.090875,
        falseRejectInterval: [0.080559, 0.10236],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0073519,
        falseAcceptInterval: [0.00725, 0.0074552],
        falseRejectRate: 0.13575,
        falseRejectInterval: [0.12329, 0.14926],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0033905,
        falseAcceptInterval: [0.0033214, 0.003461],
        falseRejectRate: 0.18175,
        falseRejectInterval: [0.16759, 0.19682],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00045492,
        falseAcceptInterval: [0.00043002, 0.00048125],
        falseRejectRate: 0.33246,
        falseRejectInterval: [0.31486, 0.35055],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.000013137,
        falseAcceptInterval: [0.0000094464, 0.00001827],
        falseRejectRate: 0.62827,
        falseRejectInterval: [0.60978, 0.64639],
      },
    ],
  },
  recognition_02: {
    weights: [142.41],
    bias: -128.57,
    falseAcceptLogits: [
      { rate: 0.01, logit: 0.7862 },
      { rate: 0.001, logit: 3.3929 },
      { rate: 0.0001, logit: 5.4557 },
      { rate: 0.00001, logit: 6.9838 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.062059,
        falseAcceptInterval: [0.06177, 0.062349],
        falseRejectRate: 0.00074794,
        falseRejectInterval: [0.00020513, 0.0027232],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.029951,
        falseAcceptInterval: [0.029747, 0.030156],
        falseRejectRate: 0.0044877,
        falseRejectInterval: [0.002569, 0.007828],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.017516,
        falseAcceptInterval: [0.017359, 0.017674],
        falseRejectRate: 0.0071055,
        falseRejectInterval: [0.0045536, 0.011072],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.013207,
        falseAcceptInterval: [0.01307, 0.013345],
        falseRejectRate: 0.010471,
        falseRejectInterval: [0.0072546, 0.015092],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0095499,
        falseAcceptInterval: [0.0094338, 0.0096674],
        falseRejectRate: 0.014211,
        falseRejectInterval: [0.010371, 0.019445],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0062532,
        falseAcceptInterval: [0.0061593, 0.0063486],
        falseRejectRate: 0.017577,
        falseRejectInterval: [0.013244, 0.023294],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.0031792,
        falseAcceptInterval: [0.0031123, 0.0032475],
        falseRejectRate: 0.034779,
        falseRejectInterval: [0.028475, 0.042418],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.0015697,
        falseAcceptInterval: [0.0015229, 0.001618],
        falseRejectRate: 0.058714,
        falseRejectInterval: [0.05042, 0.068273],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.00026875,
        falseAcceptInterval: [0.00024977, 0.00028916],
        falseRejectRate: 0.14398,
        falseRejectInterval: [0.13118, 0.1578],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.00001126,
        falseAcceptInterval: [0.0000078879, 0.000016075],
        falseRejectRate: 0.43156,
        falseRejectInterval: [0.4129, 0.45042],
      },
    ],
  },
  recognition_03: {
    weights: [26.525],
    bias: -6.7804,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.21475 },
      { rate: 0.001, logit: 2.1696 },
      { rate: 0.0001, logit: 4.16 },
      { rate: 0.00001, logit: 5.7546 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.048908,
        falseAcceptInterval: [0.048649, 0.049167],
        falseRejectRate: 0.0018699,
        falseRejectInterval: [0.00079894, 0.00437],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.017103,
        falseAcceptInterval: [0.016948, 0.01726],
        falseRejectRate: 0.0056096,
        falseRejectInterval: [0.0034024, 0.0092352],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0082827,
        falseAcceptInterval: [0.0081746, 0.0083923],
        falseRejectRate: 0.0067315,
        falseRejectInterval: [0.0042622, 0.010616],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0057578,
        falseAcceptInterval: [0.0056676, 0.0058494],
        falseRejectRate: 0.0086013,
        falseRejectInterval: [0.0057384, 0.012874],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0038075,
        falseAcceptInterval: [0.0037342, 0.0038822],
        falseRejectRate: 0.0093493,
        falseRejectInterval: [0.0063407, 0.013766],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0022085,
        falseAcceptInterval: [0.0021529, 0.0022656],
        falseRejectRate: 0.011219,
        falseRejectInterval: [0.0078699, 0.015971],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.00096726,
        falseAcceptInterval: [0.00093065, 0.0010053],
        falseRejectRate: 0.017951,
        falseRejectInterval: [0.013566, 0.023718],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.00042114,
        falseAcceptInterval: [0.00039721, 0.0004465],
        falseRejectRate: 0.026178,
        falseRejectInterval: [0.020772, 0.032943],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.0000548,
        falseAcceptInterval: [0.000046603, 0.000064439],
        falseRejectRate: 0.053852,
        falseRejectInterval: [0.045918, 0.063065],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0.0000015014,
        falseAcceptInterval: [5.8385e-7, 0.0000038608],
        falseRejectRate: 0.13613,
        falseRejectInterval: [0.12365, 0.14965],
      },
    ],
  },
  recognition_04: {
    weights: [11.431, 5.7244, 46.231],
    bias: -46.423,
    falseAcceptLogits: [
      { rate: 0.01, logit: -0.47953 },
      { rate: 0.001, logit: 1.8261 },
      { rate: 0.0001, logit: 3.6372 },
      { rate: 0.00001, logit: 4.9507 },
    ],
    strangerPairs: 2664221,
    samePersonPairs: 2674,
    rows: [
      {
        confidence: 0.1,
        falseAcceptRate: 0.037664,
        falseAcceptInterval: [0.037436, 0.037894],
        falseRejectRate: 0,
        falseRejectInterval: [0, 0.0014346],
      },
      {
        confidence: 0.3,
        falseAcceptRate: 0.01362,
        falseAcceptInterval: [0.013482, 0.01376],
        falseRejectRate: 0.0014959,
        falseRejectInterval: [0.00058186, 0.0038402],
      },
      {
        confidence: 0.5,
        falseAcceptRate: 0.0064972,
        falseAcceptInterval: [0.0064014, 0.0065944],
        falseRejectRate: 0.0033657,
        falseRejectInterval: [0.0017717, 0.0063847],
      },
      {
        confidence: 0.6,
        falseAcceptRate: 0.0044343,
        falseAcceptInterval: [0.0043552, 0.0045148],
        falseRejectRate: 0.0037397,
        falseRejectInterval: [0.0020326, 0.0068707],
      },
      {
        confidence: 0.7,
        falseAcceptRate: 0.0028628,
        falseAcceptInterval: [0.0027993, 0.0029276],
        falseRejectRate: 0.0056096,
        falseRejectInterval: [0.0034024, 0.0092352],
      },
      {
        confidence: 0.8,
        falseAcceptRate: 0.0016035,
        falseAcceptInterval: [0.0015561, 0.0016522],
        falseRejectRate: 0.0097233,
        falseRejectInterval: [0.006644, 0.014209],
      },
      {
        confidence: 0.9,
        falseAcceptRate: 0.00063921,
        falseAcceptInterval: [0.00060957, 0.00067029],
        falseRejectRate: 0.014959,
        falseRejectInterval: [0.011005, 0.020305],
      },
      {
        confidence: 0.95,
        falseAcceptRate: 0.00024623,
        falseAcceptInterval: [0.00022809, 0.0002658],
        falseRejectRate: 0.021316,
        falseRejectInterval: [0.016489, 0.027517],
      },
      {
        confidence: 0.99,
        falseAcceptRate: 0.000018767,
        falseAcceptInterval: [0.000014236, 0.00002474],
        falseRejectRate: 0.053852,
        falseRejectInterval: [0.045918, 0.063065],
      },
      {
        confidence: 0.999,
        falseAcceptRate: 0,
        falseAcceptInterval: [0, 0.0000014419],
        falseRejectRate: 0.17165,
        falseRejectInterval: [0.15783, 0.18641],
      },
    ],
  },
};
