/**
 * What a face's qualities cost recognition, in log odds of a rejected pair, and where levels are cut. Written by
 * `npm run calibrate:quality`, which fits them on one half of LFW's people; `npm run bench:attributes` reports the
 * other half. Do not edit.
 */
export const qualityWeights: Readonly<Record<string, number>> = {
  lost: 12.62,
  turned: 0.1575,
  tilted: 0.1433,
  small: 0,
  blurred: 0.7758,
  noisy: 0.7854,
  dark: 0.2278,
  covered: 1.007,
};

/** Log odds below which the quality is `high`, and from which on it is `low`. */
export const qualityCuts = { high: 3.945, low: 4.666 } as const;
