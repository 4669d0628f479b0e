/**
 * Pure matching: embeddings in, scores out. An embedding is one or several unit vectors, concatenated; a calibration
 * says how their cosines become one confidence.
 */

export interface EmbeddingPart {
  /** Dimensions of this unit vector. */
  readonly length: number;
  /** Weight of its cosine in the logit. */
  readonly weight: number;
}

/** confidence = sigmoid(sum(weight_i * cosine_i) + bias). */
export interface MatchCalibration {
  readonly parts: readonly EmbeddingPart[];
  readonly bias: number;
  /**
   * Confidence of one pair at which one in 10,000 pairs of strangers is accepted: the threshold for searches among
   * many faces (findSimilar, group), where the same-person threshold of one pair would let too many strangers in.
   */
  readonly searchThreshold: number;
}

/** Sum of the weighted cosines and the bias: the logit of the confidence. */
export function matchLogit(
  a: Float32Array,
  b: Float32Array,
  { parts, bias }: MatchCalibration,
): number {
  let logit = bias;
  let offset = 0;
  for (const { length, weight } of parts) {
    let cosine = 0;
    for (let i = offset; i < offset + length; i++) cosine += a[i]! * b[i]!;
    logit += weight * cosine;
    offset += length;
  }
  return logit;
}

/** Confidence, 0..1, that two embeddings are of one person; 0.5 is the same-person threshold. */
export function matchConfidence(
  a: Float32Array,
  b: Float32Array,
  calibration: MatchCalibration,
): number {
  return 1 / (1 + Math.exp(-matchLogit(a, b, calibration)));
}
