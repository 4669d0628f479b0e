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
