/**
 * What a face's qualities cost recognition, in log odds of a rejected pair, and where levels are cut. Written by
 * `npm run calibrate:quality`, which fits them on one half of LFW's people; `npm run bench:attributes` reports the
 * other half. Do not edit.
 */
export const qualityWeights: Readonly<Record<string, number>> = {
  lost: 10.58,
  turned: 0.5389,
  tilted: 0.6402,
  small: 0,
  blurred: 0.9977,
  noisy: 1.304,
  dark: 0.702,
  covered: 0.9833,
};

/** Log odds below which the quality is `high`, and from which on it is `low`. */
export const qualityCuts = { high: 3.661, low: 4.121 } as const;
