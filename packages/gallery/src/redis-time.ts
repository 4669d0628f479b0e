/** The time of Redis, which all servers share: faces expire by it, so servers' own clocks need not agree. */
import type { Topology } from "./redis-topology.js";
import { StoreClock } from "./store-clock.js";

/** Follows Redis's clock without asking it each time; asked again every five seconds. */
export class RedisTime {
  readonly #topology: Topology;
  /** What to add to the monotonic clock to have Redis's. */
  #offset = Number.NaN;
  readonly #clock: StoreClock;
  readonly #timer: NodeJS.Timeout;

  private constructor(topology: Topology, offset: number) {
    this.#topology = topology;
    this.#offset = offset;
    const monotonic = () => performance.now();
    this.#clock = new StoreClock({ wall: () => monotonic() + this.#offset, monotonic });
    this.#timer = setInterval(() => void this.#ask().catch(() => undefined), 5000);
    this.#timer.unref();
  }

  static async start(topology: Topology): Promise<RedisTime> {
    return new RedisTime(topology, await askOffset(topology));
  }

  async #ask(): Promise<void> {
    this.#offset = await askOffset(this.#topology);
  }

  /** Milliseconds since the epoch; never goes back. */
  now(): number {
    return this.#clock.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** By the master whose clock is ahead of the others'. */
async function askOffset(topology: Topology): Promise<number> {
  const offsets = await Promise.all(
    topology.masters().map(async (node) => {
      const sent = performance.now();
      const [seconds, microseconds] = await node.time();
      // The answer was made between sending and now; the middle errs by half a round trip at most.
      return Number(seconds) * 1000 + Number(microseconds) / 1000 - (sent + performance.now()) / 2;
    }),
  );
  return Math.max(...offsets);
}
