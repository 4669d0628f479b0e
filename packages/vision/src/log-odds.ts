/** Probabilities and their log odds: what networks say adds up in these. */

/** @param probability 0..1; at the ends the answer is infinite. */
export function logitOf(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/** {@link logitOf} within -5 to 8: beyond, networks are surer than they are right. */
export function boundedLogitOf(probability: number): number {
  return Math.min(8, Math.max(-5, logitOf(probability)));
}

/** The sigmoid, 0..1: what {@link logitOf} undoes. */
export function probabilityOf(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
