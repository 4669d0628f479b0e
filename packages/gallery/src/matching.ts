/**
 * Pure matching: embeddings in, scores out. An embedding is one or several unit vectors, concatenated, and for some models
 * a last number, how faintly the face was seen; a calibration says how these become one confidence.
 */

/** One of the unit vectors of an embedding. */
export interface EmbeddingPart {
  /** Dimensions of this unit vector. */
  readonly length: number;
  /** Weight of its cosine in the logit. */
  readonly weight: number;
}

/**
 * How cosines become a confidence: confidence = sigmoid(sum(weight_i * cosine_i) + bias - faintness * faint_a * faint_b), the
 * last within bounds ({@link faintFactor}). Fitted by `npm run calibrate` and `training/recognition/faintness.py`.
 */
export interface MatchCalibration {
  readonly parts: readonly EmbeddingPart[];
  /** Added to the weighted cosines; the logit 0 is the confidence 0.5. */
  readonly bias: number;
  /**
   * What two faces that are both seen faintly, far away or blurred, lose for each unit of the product of the numbers that
   * follow their vectors: networks take what both lack for likeness. Absent: nothing. A template of an earlier version ends
   * with its vectors and loses nothing.
   */
  readonly faintness?: number;
  /** Logits that a share `rate` of pairs of strangers reaches, measured; the highest rate first, at least two. */
  readonly falseAcceptLogits: readonly { readonly rate: number; readonly logit: number }[];
  /** Strangers that each face of a group may be expected to meet above group's threshold; as in a search when left out. */
  readonly groupFalseAccepts?: number;
}

/**
 * The logit that a share `rate` of pairs of strangers reaches: linear in log(rate) between the measured rates and beyond
 * them.
 * @param rate 0 < rate < 1.
 * @throws RangeError when fewer than two rates were measured.
 */
export function logitAtFalseAcceptRate(
  { falseAcceptLogits }: MatchCalibration,
  rate: number,
): number {
  const after = falseAcceptLogits.findIndex((measured) => measured.rate <= rate);
  const upper = after === -1 ? falseAcceptLogits.length - 1 : Math.max(1, after);
  const a = falseAcceptLogits[upper - 1];
  const b = falseAcceptLogits[upper];
  if (a === undefined || b === undefined) throw new RangeError("two measured rates are needed");
  const share = Math.log(rate / a.rate) / Math.log(b.rate / a.rate);
  return a.logit + share * (b.logit - a.logit);
}

/**
 * Strangers that one search may be expected to accept, whatever the size of the set: one search in fifty shows one. Of its
 * answers somebody picks, and one pair is all the evidence there is.
 */
const falseAcceptsPerSearch = 0.02;

/**
 * The logit from which a pair counts as one person in a search among `count` faces: never below the same-person
 * threshold of a single pair, and so high that a search is expected to accept `falseAccepts` strangers. One pair's
 * threshold would let a stranger in for every few hundred faces of the set.
 */
export function searchLogit(
  calibration: MatchCalibration,
  count: number,
  falseAccepts: number = falseAcceptsPerSearch,
): number {
  return Math.max(
    0,
    logitAtFalseAcceptRate(calibration, Math.min(0.5, falseAccepts / Math.max(1, count))),
  );
}

/**
 * The logit of the confidence: weighted cosines, bias, and what faintness takes. Both embeddings must be of the calibration's
 * model; their lengths are not checked.
 */
export function matchLogit(
  a: Float32Array,
  b: Float32Array,
  calibration: MatchCalibration,
): number {
  const { parts, bias } = calibration;
  let logit = bias;
  let offset = 0;
  for (const { length, weight } of parts) {
    let cosine = 0;
    for (let i = offset; i < offset + length; i++) cosine += a[i]! * b[i]!;
    logit += weight * cosine;
    offset += length;
  }
  return logit - faintFactor(a, calibration) * faintFactor(b, calibration);
}

/** Of the logit of two embeddings that are the same, the share that faintness may take at most. */
const mostTaken = 0.8;

/**
 * The product of two faces' factors is what their logit loses: the root of the calibration's faintness times how faintly the
 * face was seen, which is the number behind the vectors. It is bounded, so that even the faintest face is like itself.
 */
export function faintFactor(
  embedding: Float32Array,
  { parts, bias, faintness = 0 }: MatchCalibration,
): number {
  let [length, best] = [0, bias];
  for (const part of parts) {
    length += part.length;
    best += part.weight;
  }
  const bound = Math.sqrt(mostTaken * Math.max(0, best));
  return Math.min(bound, Math.sqrt(faintness) * (embedding[length] ?? 0));
}

/** Confidence, 0..1, that two embeddings are of one person; 0.5 is the same-person threshold. */
export function matchConfidence(
  a: Float32Array,
  b: Float32Array,
  calibration: MatchCalibration,
): number {
  return confidenceOf(matchLogit(a, b, calibration));
}

/** The sigmoid: 0.5 at the logit 0. */
export function confidenceOf(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
