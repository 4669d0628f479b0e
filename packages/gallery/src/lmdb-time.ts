/** The time of the embedded store, of which its database keeps what no later process may fall behind. */
import type { Database } from "lmdb";
import { type ClockSources, type SeenTime, StoreClock } from "./store-clock.js";

/** Milliseconds that the kept time may lag behind, or be off what a later process makes of it, while nothing expires. */
export const clockLag = 1000;

const recordKey = "clock";
/** The store's time (8), what the machine's clock said then (8). */
const recordBytes = 16;

/** Never goes back, whichever process is asked and whatever clocks do. */
export class LmdbTime {
  readonly #meta: Database<Buffer, string>;
  readonly #clock: StoreClock;

  constructor(meta: Database<Buffer, string>, sources?: ClockSources) {
    this.#meta = meta;
    this.#clock = new StoreClock(sources);
    this.#clock.startFrom(this.#kept());
  }

  /** The time that the store is known to have seen. Earlier builds kept it alone, as if no clock had ever been ahead. */
  #kept(): SeenTime {
    const bytes = this.#meta.get(recordKey);
    if (bytes === undefined) return { time: 0, wall: 0 };
    const time = Number(bytes.readBigUInt64LE());
    return { time, wall: bytes.length < recordBytes ? time : Number(bytes.readBigUInt64LE(8)) };
  }

  now(): number {
    return this.#clock.now(this.#kept().time);
  }

  /** Whether it is kept that this time was reached. */
  isKept(time: number): boolean {
    return this.#kept().time >= time;
  }

  /** Whether a process that started now would find this time. */
  survivesRestart(): boolean {
    return this.#clock.isKeptBy(this.#kept(), clockLag);
  }

  /** Now, kept for other processes and later starts. In a transaction. */
  advance(lag = 0): number {
    const kept = this.#kept();
    const { time, wall } = this.#clock.read(kept.time);
    if (time - kept.time > lag || !this.#clock.isKeptBy(kept, clockLag)) {
      const bytes = Buffer.alloc(recordBytes);
      bytes.writeBigUInt64LE(BigInt(time));
      bytes.writeBigUInt64LE(BigInt(wall), 8);
      void this.#meta.put(recordKey, bytes);
    }
    return time;
  }
}
