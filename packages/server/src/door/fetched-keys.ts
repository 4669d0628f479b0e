/** Signing keys of an identity provider, fetched from its address and kept while it cannot be asked. */
import { createRemoteJWKSet, customFetch, jwksCache, type JWTVerifyGetKey } from "jose";

/** Milliseconds after which keys are fetched again: one that the provider has withdrawn is accepted no longer. */
const staleAfter = 600_000;
/** Milliseconds that keys stay in force while the provider cannot be asked. */
const keptFor = 86_400_000;
/** Milliseconds that a provider which failed is left alone: as long as refused callers are told to wait. */
const longestPause = 5000;

/**
 * @param refetchAfter milliseconds between two fetches because a token names a key that is not known: rotation is
 * noticed, and tokens with invented names cost the provider nothing.
 */
export function fetchedKeys(address: URL, refetchAfter: number): JWTVerifyGetKey {
  /** Of the last fetch that brought keys; jose writes it. */
  const known: { uat?: number } = {};
  let triedAt = -Infinity;
  const isPausing = (): boolean =>
    known.uat !== undefined &&
    known.uat < triedAt &&
    Date.now() - triedAt < Math.min(refetchAfter, longestPause);

  const remote = createRemoteJWKSet(address, {
    timeoutDuration: 5000,
    cooldownDuration: refetchAfter,
    cacheMaxAge: keptFor,
    [jwksCache]: known as Record<string, never>,
    [customFetch]: async (url, options) => {
      if (isPausing()) throw new Error("the identity provider failed a moment ago");
      try {
        return await fetch(url, options);
      } finally {
        triedAt = Date.now();
      }
    },
  });

  let failed = false;
  const refresh = async (): Promise<void> => {
    try {
      await remote.reload();
      failed = false;
    } catch {
      failed = true;
    }
  };
  return async (header, token) => {
    if (known.uat !== undefined && Date.now() - known.uat > staleAfter) {
      const refreshed = refresh();
      // Of a provider that never answers, each call would wait as long as a fetch may take.
      if (!failed) await refreshed;
    }
    return remote(header, token);
  };
}
