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

/** What a store keeps of its time, for processes that start later. */
export interface SeenTime {
  /** The latest time that is known to have been reached, milliseconds. */
  readonly time: number;
  /** What the machine's clock said then, milliseconds since the epoch: less, once that clock was ahead and was set right. */
  readonly wall: number;
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

  /**
   * Goes on from what was kept, as far as the machine's clock has gone on since: time passes too while no process runs.
   * Only at a start, for a clock that jumps back and forth while a process runs has not gone on.
   */
  startFrom(seen: SeenTime): void {
    this.now(timeAfter(seen, this.#sources.wall()));
  }

  /** @param seen the latest time that another process is known to have seen. */
  read(seen = 0): SeenTime {
    return { time: this.now(seen), wall: Math.floor(this.#sources.wall()) };
  }

  /** Whether a process that started now from what was kept would find this clock's time, within `lag` milliseconds. */
  isKeptBy(seen: SeenTime, lag: number): boolean {
    const { time, wall } = this.read(seen.time);
    // While the machine's clock is behind what it said then, no time passes between one process and the next.
    return wall >= seen.wall && Math.abs(timeAfter(seen, wall) - time) <= lag;
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

function timeAfter({ time, wall }: SeenTime, now: number): number {
  return time + Math.max(0, now - wall);
}
