/**
 * What a face's qualities cost recognition, in log odds of a rejected pair, and where levels are cut. Written by
 * `npm run calibrate:quality`, which fits them on one half of LFW's people; `npm run bench:attributes` reports the
 * other half. Do not edit.
 */
export const qualityWeights: Readonly<Record<string, number>> = {
  lost: 10.53,
  turned: 0.3839,
  tilted: 0.2644,
  small: 0,
  blurred: 0.9143,
  noisy: 1.006,
  dark: 0.469,
  covered: 1.128,
};

export const qualityCuts = { high: 3.586, low: 3.969 } as const;
