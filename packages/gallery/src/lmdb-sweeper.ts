/** The removal of what has expired from the embedded store. */
import { reasonsOf } from "./lmdb-failures.js";
import { requireFormat } from "./lmdb-format.js";
import type { LmdbParts } from "./lmdb-parts.js";

/** Sweeps when it is told to and, once it is started, from time to time by itself. */
export class LmdbSweeper {
  readonly #parts: Pick<LmdbParts, "access" | "faces" | "keys" | "time">;
  readonly #report: (line: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<number> | undefined;
  #fails = false;
  #removed = 0;

  /** @param report is told that what has expired stays, and that it goes again. */
  constructor(
    parts: Pick<LmdbParts, "access" | "faces" | "keys" | "time">,
    report: (line: string) => void = () => undefined,
  ) {
    this.#parts = parts;
    this.#report = report;
  }

  /** Faces that have been removed since this sweeper was made. */
  get removed(): number {
    return this.#removed;
  }

  /** @param interval milliseconds between sweeps. */
  start(interval: number): void {
    this.#timer = setInterval(() => void this.#sweepOrTell(), interval);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping?.catch(() => undefined);
  }

  /** Joins a sweep that is under way. Returns how many faces went. */
  sweep(): Promise<number> {
    this.#sweeping ??= this.#sweepAll().finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  /** Nobody waits for it, and yet somebody has to know that a promise is not kept: once, not every five seconds. */
  async #sweepOrTell(): Promise<void> {
    let failure: unknown;
    try {
      await this.sweep();
    } catch (error) {
      failure = error;
    }
    const fails = failure !== undefined;
    if (fails !== this.#fails)
      this.#report(
        fails
          ? `what has expired cannot be destroyed: ${reasonsOf(failure)}`
          : "what has expired is destroyed again",
      );
    this.#fails = fails;
  }

  async #sweepAll(): Promise<number> {
    const { access, faces, keys, time } = this.#parts;
    // Also where nothing is over: processes that run for a moment each would have no time pass between them.
    if (!access.read(() => time.survivesRestart()))
      await access.write(() => {
        requireFormat(access.databases);
        time.advance();
      });
    let swept = 0;
    for (;;) {
      const over = access.read(() => faces.over(time.now()));
      if (over.length === 0) break;
      const gone = await access.write(() => {
        requireFormat(access.databases);
        time.advance();
        return faces.removeOver(over);
      });
      swept += gone;
      // At once: they are gone even if what follows fails.
      this.#removed += gone;
    }
    const now = access.read(() => time.now());
    if (access.read(() => keys.ends()).some((end) => end <= now)) {
      // First it must be on the disk that this time was reached: a key once destroyed is never needed again.
      await access.write(() => void time.advance());
      await access.write(() => keys.destroyUpTo(now));
    }
    keys.forgetUpTo(now);
    return swept;
  }
}
