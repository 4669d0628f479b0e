/** How a store reads its database and commits to it, from its opening to its closing. */
import { dirname } from "node:path";
import { CommitGate } from "./commit-gate.js";
import {
  closeFaceDatabases,
  type FaceDatabases,
  openFaceDatabases,
  shareFaceDatabases,
} from "./lmdb-databases.js";
import { unreadable, unwritable } from "./lmdb-failures.js";
import { StoreUnavailableError } from "./store.js";

/** One user of the environment of a path; its failures are told in the store's words. */
export class LmdbAccess {
  readonly path: string;
  readonly databases: FaceDatabases;
  readonly #gate: CommitGate;
  /** Reads that let others have their turn in between. */
  readonly #reads = new Set<Promise<unknown>>();
  #isClosed = false;

  /** @param path always the same one for each database, by whichever name it is called. */
  constructor(path: string) {
    this.path = path;
    this.#gate = CommitGate.in(dirname(path));
    try {
      this.databases =
        shareFaceDatabases(path) ?? this.#gate.opening(() => openFaceDatabases(path));
    } catch (error) {
      void this.#gate.close();
      throw error;
    }
  }

  /** LMDB ends the process from a timer of its own where something is read once it is closed. @throws StoreUnavailableError */
  #requireOpen(): void {
    if (this.#isClosed) throw new StoreUnavailableError("the face store is closed");
  }

  /** What another process has committed a moment ago is seen from here on. */
  refresh(): void {
    this.databases.root.resetReadTxn();
  }

  /** @throws StoreUnavailableError */
  read<Result>(work: () => Result): Result {
    this.#requireOpen();
    try {
      return work();
    } catch (error) {
      throw unreadable(error);
    }
  }

  /** For reads that let others have their turn: a closing waits for them. */
  async readInTurns<Result>(work: () => Promise<Result>): Promise<Result> {
    const reading = work();
    this.#reads.add(reading);
    try {
      return await reading;
    } finally {
      this.#reads.delete(reading);
    }
  }

  /** Commits what the work has written. @throws StoreUnavailableError */
  async write<Result>(work: () => Result): Promise<Result> {
    this.#requireOpen();
    try {
      return await this.#gate.pass(() => this.databases.root.transaction(work));
    } catch (error) {
      throw await unwritable(error);
    }
  }

  /** Works while no process commits, and blocks until then: at a start alone. */
  whileNobodyCommits(work: () => void): void {
    this.#gate.opening(work);
  }

  /** What is read or written piece by piece and goes on for long, such as a backup, ends with its next piece. */
  async close(): Promise<void> {
    while (this.#reads.size > 0) await Promise.allSettled(this.#reads);
    this.#isClosed = true;
    await this.#gate.pass(() => closeFaceDatabases(this.path));
    await this.#gate.close();
  }
}
