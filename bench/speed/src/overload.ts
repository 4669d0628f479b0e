/** Four times as many pictures as can be answered, for a while: what is answered, what is refused, what comes after. */
import { type Call, closedLoop, openLoop, type Seen } from "./clients.js";
import { detectQuery, parameterSets } from "./parameter-sets.js";
import { scene } from "./pictures.js";
import { startProcess } from "./server-process.js";

export interface OverloadReport {
  /** Milliseconds that the server was told an answer may take. */
  readonly wait: number;
  readonly seconds: number;
  /** Answers a second with as many callers as keep all workers busy: the mean of before and after, for machines drift. */
  readonly capacity: number;
  readonly overload: Seen;
  readonly throughputToCapacity: number;
  /** Refusals that carried `Retry-After`. */
  readonly withRetryAfter: number;
  readonly residentBefore: number;
  readonly residentPeak: number;
  /** Milliseconds of a request one second after the flood, over that of one before it. */
  readonly recovery: number;
}

/** Milliseconds between two looks at the server's memory: each costs the system milliseconds of the cores that are measured. */
const watchPeriod = 2000;

export async function measureOverload(seconds = 60): Promise<OverloadReport> {
  const wait = 2000;
  const server = await startProcess({
    MIEN_MAX_WAIT: String(wait),
    // The queue in front of every call is not what is measured.
    MIEN_QUEUE_LIMIT: "10000",
  });
  let withRetryAfter = 0;
  try {
    const file = await scene("640x480", 5);
    const path = `detect?${detectQuery(parameterSets["detection_03, recognition_03, landmarks"])}`;
    const call: Call = async () => {
      const response = await server.send(path, file);
      if (response.status === 200) return true;
      if (response.status !== 503) throw new Error(`status ${response.status}`);
      if (response.headers["retry-after"] !== undefined) withRetryAfter++;
      return false;
    };
    await closedLoop(call, 4, 2000);
    const alone = await closedLoop(call, 1, 2000);
    const busy = async (): Promise<number> =>
      (await closedLoop(call, 4, Math.min(10, seconds) * 1000)).throughput;
    const before = await busy();
    const residentBefore = await server.resident();
    let residentPeak = residentBefore;
    const watch = setInterval(() => {
      void server.resident().then((now) => (residentPeak = Math.max(residentPeak, now)));
    }, watchPeriod);
    withRetryAfter = 0;
    const overload = await openLoop(call, before * 4, seconds * 1000);
    clearInterval(watch);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const recovered = await closedLoop(call, 1, 2000);
    const capacity = (before + (await busy())) / 2;
    return {
      wait,
      seconds,
      capacity,
      overload,
      throughputToCapacity: overload.throughput / capacity,
      withRetryAfter,
      residentBefore,
      residentPeak,
      recovery: recovered.p50 / alone.p50,
    };
  } finally {
    await server.close();
  }
}
