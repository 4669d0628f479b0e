/**
 * The store's time: milliseconds that follow the machine's clock forward and never go back. When the clock jumps back, time
 * goes on at the pace of the monotonic clock, so that nothing resurrects and nothing lives longer than it was promised.
 */
export interface ClockSources {
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  /** Milliseconds since some instant; never goes back. */
  readonly monotonic: () => number;
}

const machine: ClockSources = { wall: Date.now, monotonic: () => performance.now() };

/** A clock that never goes back, whatever its sources do. */
export class StoreClock {
  readonly #sources: ClockSources;
  #anchor: number;
  #anchoredAt: number;

  constructor(sources: ClockSources = machine) {
    this.#sources = sources;
    this.#anchor = sources.wall();
    this.#anchoredAt = sources.monotonic();
  }

  /** @param seen the latest time that another process is known to have seen. */
  now(seen = 0): number {
    const passed = Math.max(0, this.#sources.monotonic() - this.#anchoredAt);
    const now = Math.floor(Math.max(this.#sources.wall(), this.#anchor + passed, seen));
    if (now > this.#anchor + passed) {
      this.#anchor = now;
      this.#anchoredAt = this.#sources.monotonic();
    }
    return now;
  }
}
