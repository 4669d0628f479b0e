/** How often each credential may call: a token bucket each. */
import { ContractError } from "@mien/contract/errors";

/** Size and filling of each credential's bucket. */
export interface RateLimit {
  /** Calls per second in the long run. */
  readonly perSecond: number;
  /** Calls at once after a rest. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  /** Milliseconds. */
  filledAt: number;
}

/** Buckets above which those that are full again, and so say nothing, are forgotten. */
const sweepAbove = 10_000;

/** One bucket of tokens for each credential, full at its first call. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    private readonly limit: RateLimit,
    /** Milliseconds that only go forward; for tests. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts one call. @throws ContractError `rateLimited` */
  take(credential: string): void {
    const now = this.now();
    const bucket = this.#filled(credential, now);
    if (bucket.tokens < 1) {
      const seconds = (1 - bucket.tokens) / this.limit.perSecond;
      throw new ContractError("rateLimited", { retryAfterSeconds: Math.ceil(seconds) });
    }
    bucket.tokens--;
  }

  /** How many credentials are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  #filled(credential: string, now: number): Bucket {
    const { perSecond, burst } = this.limit;
    let bucket = this.#buckets.get(credential);
    if (bucket === undefined) {
      if (this.#buckets.size >= sweepAbove) this.#sweep(now);
      bucket = { tokens: burst, filledAt: now };
      this.#buckets.set(credential, bucket);
    }
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) / 1000) * perSecond);
    bucket.filledAt = now;
    return bucket;
  }

  #sweep(now: number): void {
    const { perSecond, burst } = this.limit;
    for (const [credential, { tokens, filledAt }] of this.#buckets)
      if (tokens + ((now - filledAt) / 1000) * perSecond >= burst) this.#buckets.delete(credential);
  }
}
