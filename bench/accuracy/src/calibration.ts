/**
 * Confidences of the recognition models: fitted on every pair of pictures of one half of LFW's people, checked on every
 * pair of the other half. What is published is how often those err that are answered, not those that a fit of today gives.
 */
import { matchLogit } from "@mien/gallery/matching";
import type { RecognitionModelId } from "@mien/vision/analysis";
import { dotProduct } from "@mien/vision/dot-product";
import { recognitionCalibration } from "@mien/vision/recognition-models";
import { halfOf, personOf, type LfwPair } from "./lfw-data.js";
import type { NetworkVectors } from "./lfw-embeddings.js";
import { fitLogistic, type LogisticModel } from "./logistic-regression.js";
import { modelEmbedding } from "./model-logit.js";
import { countFrom, seededRandom, type Share, share, valueAtRate } from "./statistics.js";

export interface RatesRow {
  readonly confidence: number;
  readonly falseAccept: Share;
  readonly falseReject: Share;
}

export interface CalibrationReport extends LogisticModel {
  readonly recognitionModel: RecognitionModelId;
  /** Measured on the half of the people that fitted nothing. */
  readonly strangerPairs: number;
  readonly samePersonPairs: number;
  readonly falseAcceptLogits: readonly { readonly rate: number; readonly logit: number }[];
  /** Share of same-person pairs accepted at a false-accept rate. */
  readonly trueAccepts: readonly { readonly falseAcceptRate: number; readonly rate: number }[];
  readonly rows: readonly RatesRow[];
  /** LFW's own pairs at confidence 0.5. */
  readonly pairs: {
    readonly accuracy: Share;
    readonly falseAccepts: number;
    readonly falseRejects: number;
    /** Share of same-person pairs accepted where one in 1,000 pairs of strangers is. */
    readonly trueAcceptsAtOneInThousand: number;
  };
}

/** Strangers are nearly all pairs; so many of them fit as well as all. */
const fittedStrangers = 100_000;
const confidences = [0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];
const rates = [1e-2, 1e-3, 1e-4, 1e-5];

/** Fits confidences anew and measures them. */
export function calibrate(
  recognitionModel: RecognitionModelId,
  vectors: ReadonlyMap<string, NetworkVectors>,
  pairs: readonly LfwPair[],
): CalibrationReport {
  const embeddings = embeddingsOf(recognitionModel, vectors);
  const model = fit(recognitionModel, filesOfHalf(0, embeddings), embeddings);
  return measure(recognitionModel, model, embeddings, pairs);
}

/** Measures the confidences that the service answers. */
export function measureAnswered(
  recognitionModel: RecognitionModelId,
  vectors: ReadonlyMap<string, NetworkVectors>,
  pairs: readonly LfwPair[],
): CalibrationReport {
  const { parts, bias } = recognitionCalibration(recognitionModel);
  const model = { weights: parts.map(({ weight }) => weight), bias };
  return measure(recognitionModel, model, embeddingsOf(recognitionModel, vectors), pairs);
}

type EmbeddingsByFile = ReadonlyMap<string, Float32Array>;

function embeddingsOf(
  recognitionModel: RecognitionModelId,
  vectors: ReadonlyMap<string, NetworkVectors>,
): EmbeddingsByFile {
  return new Map([...vectors].map(([file, own]) => [file, modelEmbedding(recognitionModel, own)]));
}

/** The cosine of each part of two embeddings. */
function cosines(
  recognitionModel: RecognitionModelId,
): (a: Float32Array, b: Float32Array) => number[] {
  const { parts } = recognitionCalibration(recognitionModel);
  return (a, b) => {
    let offset = 0;
    return parts.map(({ length }) => {
      const [from, to] = [offset, (offset += length)];
      return dotProduct(a.subarray(from, to), b.subarray(from, to));
    });
  };
}

function filesOfHalf(half: 0 | 1, embeddings: EmbeddingsByFile): string[] {
  return [...embeddings.keys()].filter((file) => halfOf(personOf(file)) === half).sort();
}

function measure(
  recognitionModel: RecognitionModelId,
  model: LogisticModel,
  embeddings: EmbeddingsByFile,
  pairs: readonly LfwPair[],
): CalibrationReport {
  const calibration = recognitionCalibration(recognitionModel);
  const fitted = {
    ...calibration,
    parts: calibration.parts.map((part, index) => ({ ...part, weight: model.weights[index]! })),
    bias: model.bias,
  };
  const logit = (a: Float32Array, b: Float32Array): number => matchLogit(a, b, fitted);

  const checked = filesOfHalf(1, embeddings);
  const strangers: number[] = [];
  const same: number[] = [];
  checked.forEach((first, index) => {
    for (const second of checked.slice(index + 1))
      (personOf(first) === personOf(second) ? same : strangers).push(
        logit(embeddings.get(first)!, embeddings.get(second)!),
      );
  });
  const ascendingStrangers = Float64Array.from(strangers).sort();
  const ascendingSame = Float64Array.from(same).sort();

  const decided = pairs.map((pair) => {
    const [a, b] = [embeddings.get(pair.first), embeddings.get(pair.second)];
    return {
      same: pair.same,
      logit: a === undefined || b === undefined ? -Infinity : logit(a, b),
    };
  });
  const falseAccepts = decided.filter((pair) => !pair.same && pair.logit >= 0).length;
  const falseRejects = decided.filter((pair) => pair.same && pair.logit < 0).length;
  const pairStrangers = Float64Array.from(
    decided.filter((pair) => !pair.same).map((pair) => pair.logit),
  ).sort();
  const pairSame = Float64Array.from(
    decided.filter((pair) => pair.same).map((pair) => pair.logit),
  ).sort();

  return {
    recognitionModel,
    ...model,
    strangerPairs: strangers.length,
    samePersonPairs: same.length,
    falseAcceptLogits: rates.map((rate) => ({
      rate,
      logit: valueAtRate(ascendingStrangers, rate),
    })),
    trueAccepts: rates.map((falseAcceptRate) => ({
      falseAcceptRate,
      rate:
        countFrom(ascendingSame, valueAtRate(ascendingStrangers, falseAcceptRate)) / same.length,
    })),
    rows: confidences.map((confidence) => {
      const bound = Math.log(confidence / (1 - confidence));
      return {
        confidence,
        falseAccept: share(countFrom(ascendingStrangers, bound), strangers.length),
        falseReject: share(same.length - countFrom(ascendingSame, bound), same.length),
      };
    }),
    pairs: {
      accuracy: share(pairs.length - falseAccepts - falseRejects, pairs.length),
      falseAccepts,
      falseRejects,
      trueAcceptsAtOneInThousand:
        countFrom(pairSame, valueAtRate(pairStrangers, 1e-3)) / pairSame.length,
    },
  };
}

/** Both classes weigh the same, so that 0.5 is where a pair is as likely of one person as of two. */
function fit(
  recognitionModel: RecognitionModelId,
  files: readonly string[],
  embeddings: EmbeddingsByFile,
): LogisticModel {
  const scores = cosines(recognitionModel);
  const same: number[][] = [];
  files.forEach((first, index) => {
    for (let k = index + 1; k < files.length && personOf(files[k]!) === personOf(first); k++)
      same.push(scores(embeddings.get(first)!, embeddings.get(files[k]!)!));
  });
  const random = seededRandom(7);
  const strangers: number[][] = [];
  while (strangers.length < fittedStrangers) {
    const [a, b] = [0, 0].map(() => files[Math.floor(random() * files.length)]!) as [
      string,
      string,
    ];
    if (personOf(a) !== personOf(b)) strangers.push(scores(embeddings.get(a)!, embeddings.get(b)!));
  }
  return fitLogistic(
    [...same, ...strangers],
    [...same.map(() => true), ...strangers.map(() => false)],
    [...same.map(() => strangers.length / same.length), ...strangers.map(() => 1)],
  );
}
