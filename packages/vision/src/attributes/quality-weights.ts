/**
 * What a face's qualities cost recognition, in log odds of a rejected pair, and where levels are cut. Written by
 * `npm run calibrate:quality`, which fits them on one half of LFW's people; `npm run bench:attributes` reports the
 * other half. Do not edit.
 */
export const qualityWeights: Readonly<Record<string, number>> = {
  lost: 11.23,
  turned: 0.2059,
  tilted: 0.1685,
  small: 0,
  blurred: 0.7939,
  noisy: 0.871,
  dark: 0.3143,
  covered: 1.702,
};

/** Log odds below which the quality is `high`, and from which on it is `low`. */
export const qualityCuts = { high: 3.646, low: 4.2 } as const;
