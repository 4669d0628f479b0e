import { ContractError } from "@mien/contract/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RateLimiter } from "./rate-limiter.js";

/** Seconds to wait, 0 when the call was let through. */
function wait(limiter: RateLimiter, credential: string): number {
  try {
    limiter.take(credential);
    return 0;
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    expect(error.key).toBe("rateLimited");
    return error.details.retryAfterSeconds!;
  }
}

describe("the rate limit of a key", () => {
  it("lets a burst through, then a steady stream, each key by itself", () => {
    let now = 0;
    const limiter = new RateLimiter({ perSecond: 2, burst: 3 }, () => now);
    expect([1, 2, 3, 4].map(() => wait(limiter, "a"))).toEqual([0, 0, 0, 1]);
    expect(wait(limiter, "b")).toBe(0);
    now += 500;
    expect([1, 2].map(() => wait(limiter, "a"))).toEqual([0, 1]);
    now += 3_600_000;
    expect([1, 2, 3, 4].map(() => wait(limiter, "a"))).toEqual([0, 0, 0, 1]);
  });

  it("never lets more through than burst and rate allow, and a caller who waits as told is let through", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 200 }),
        (perSecond, burst, pauses) => {
          let now = 0;
          let passed = 0;
          const limiter = new RateLimiter({ perSecond, burst }, () => now);
          for (const pause of pauses) {
            now += pause;
            const seconds = wait(limiter, "a");
            if (seconds === 0) passed++;
            expect(Number.isInteger(seconds)).toBe(true);
            expect(passed).toBeLessThanOrEqual(burst + (now / 1000) * perSecond + 1e-6);
          }
          const seconds = wait(limiter, "a");
          now += seconds * 1000;
          if (seconds > 0) expect(wait(limiter, "a")).toBe(0);
        },
      ),
    );
  });

  it("forgets those who rest, so that many names do not fill the memory", () => {
    let now = 0;
    const limiter = new RateLimiter({ perSecond: 1, burst: 1 }, () => now);
    for (let name = 0; name < 50_000; name++) {
      now += 1;
      limiter.take(String(name));
    }
    expect(limiter.size).toBeLessThanOrEqual(10_001);
  });
});
