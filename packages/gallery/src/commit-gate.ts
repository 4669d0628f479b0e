/**
 * Keeps the database from being opened while any process commits to it.
 *
 * Whoever opens an LMDB environment sets the number of the last transaction, which all processes share, to the one it read in
 * the file a moment before, and does so without the writer's lock (OpenLDAP's ITS#9496; the copy that `lmdb` 3.5.6 brings has
 * no mend for it). A commit in between is forgotten: the next writer starts from the state before it, overwrites what was
 * answered, and leaves pages "of the future" that later end in `MDB_BAD_TXN`. So every commit and every opening and closing
 * goes through a gate that admits one at a time.
 *
 * The gate is a second environment that nothing is ever written to: its writer's lock is the lock, which the system lets go
 * of when a process is killed, and since its last transaction never changes, opening it is harmless.
 */
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { examineFile } from "./lmdb-file.js";
import { makeRoom } from "./lmdb-room.js";
import { StoreUnavailableError } from "./store.js";
import { checkThreadPool } from "./thread-pool.js";

/** A gate that a process opens while another one that is killed made it fails; a moment later it does not. */
const attempts = 20;
const pause = 25;

function openGate(path: string): RootDatabase {
  makeRoom(path);
  for (let attempt = 1; ; attempt++)
    try {
      // One that a full disk cut off when it was made would end the process.
      examineFile(path);
      return open({ path, overlappingSync: false, eventTurnBatching: false, compression: false });
    } catch (error) {
      if (attempt === attempts) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
}

/** Gates of this process by path: whoever waited at a second one would hold up the thread that lets a commit through the first. */
const gates = new Map<string, CommitGate>();

/** Lets the processes of one directory commit to its database one after the other, and open it only between commits. */
export class CommitGate {
  readonly #path: string;
  readonly #root: RootDatabase;
  #users = 0;
  #waiting: { go: () => Promise<unknown>; refuse: (error: Error) => void }[] = [];
  #crossing: Promise<void> | undefined;

  private constructor(path: string) {
    this.#path = path;
    this.#root = openGate(path);
  }

  /** @throws StoreUnavailableError, or what LMDB says of a directory that cannot be written. */
  static in(directory: string): CommitGate {
    checkThreadPool();
    const path = join(directory, "gate.mdb");
    let gate = gates.get(path);
    if (gate === undefined) gates.set(path, (gate = new CommitGate(path)));
    gate.#users++;
    return gate;
  }

  /**
   * Opens the database, while nobody commits; blocks until whoever does is through. Where this process is in the gate itself,
   * LMDB makes it a part of that transaction. A process that uses the gate waits too: its databases may be closed already.
   */
  opening<Result>(work: () => Result): Result {
    return this.#root.transactionSync(work);
  }

  /** Commits, while nobody opens or commits elsewhere; all that wait go through together, and share a commit. */
  pass<Result>(work: () => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ go: () => work().then(resolve, reject), refuse: reject });
      this.#crossing ??= this.#cross();
    });
  }

  async #cross(): Promise<void> {
    while (this.#waiting.length > 0)
      try {
        await this.#root.transaction(async () => {
          const through = this.#waiting;
          this.#waiting = [];
          await Promise.all(through.map(({ go }) => go()));
        });
      } catch (cause) {
        (cause as { commitError?: Promise<unknown> }).commitError?.catch(() => undefined);
        const error = new StoreUnavailableError("the face store's gate does not open", { cause });
        for (const { refuse } of this.#waiting.splice(0)) refuse(error);
      }
    this.#crossing = undefined;
  }

  /** The last user closes the gate; a database is closed before, by {@link pass}. */
  async close(): Promise<void> {
    await this.#crossing;
    if (--this.#users > 0) return;
    gates.delete(this.#path);
    await this.#root.close();
  }
}
