/** Closed and open loops of callers, and what they saw. */
import { quantile } from "./statistics.js";

export interface Seen {
  readonly answered: number;
  readonly refused: number;
  /** Answers a second. */
  readonly throughput: number;
  /** Milliseconds of answered calls. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of refused calls. */
  readonly refusedP99: number;
}

/** @returns whether the call was answered; false when it was refused with 503 and `Retry-After`. */
export type Call = () => Promise<boolean>;

/** So many callers, each of which calls again as soon as it has its answer, for so many milliseconds. */
export async function closedLoop(call: Call, callers: number, milliseconds: number): Promise<Seen> {
  const answered: number[] = [];
  const refused: number[] = [];
  const start = performance.now();
  const end = start + milliseconds;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < end) {
        const begun = performance.now();
        const ok = await call();
        (ok ? answered : refused).push(performance.now() - begun);
      }
    }),
  );
  return seen(answered, refused, performance.now() - start);
}

/** A call every so often, whether or not earlier ones have been answered: what a crowd does to a server. */
export async function openLoop(call: Call, perSecond: number, milliseconds: number): Promise<Seen> {
  const answered: number[] = [];
  const refused: number[] = [];
  const calls: Promise<void>[] = [];
  const start = performance.now();
  const end = start + milliseconds;
  let inTime = 0;
  for (let sent = 0; ; sent++) {
    const due = start + (sent * 1000) / perSecond;
    if (due > end) break;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    const begun = performance.now();
    calls.push(
      call().then((ok) => {
        const now = performance.now();
        (ok ? answered : refused).push(now - begun);
        if (ok && now <= end) inTime++;
      }),
    );
  }
  await Promise.all(calls);
  // What is still answered after the last call came is no part of the rate.
  return {
    ...seen(answered, refused, milliseconds),
    throughput: (inTime * 1000) / milliseconds,
  };
}

function seen(answered: number[], refused: number[], milliseconds: number): Seen {
  return {
    answered: answered.length,
    refused: refused.length,
    throughput: (answered.length * 1000) / milliseconds,
    p50: quantile(answered, 0.5),
    p99: quantile(answered, 0.99),
    refusedP99: refused.length === 0 ? 0 : quantile(refused, 0.99),
  };
}
