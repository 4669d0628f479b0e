/**
 * Sessions that let idle workers help: runs that wait for each other's end at the same time are shared out, and one
 * request on an otherwise idle machine uses all of its cores.
 */
import { threadId } from "node:worker_threads";
import { type ModelInput, type Outputs, Sessions } from "./sessions.js";
import type { WorkerLeases } from "./worker-leases.js";

/** One run of a network, as it travels between threads. */
export interface NetworkRun {
  readonly key: string;
  readonly input: ModelInput;
  readonly shape: readonly number[];
  /** The input may not leave this thread: a copy is handed over. */
  readonly kept: boolean;
}

/** What a helper made of a run. */
export interface HelpedRun {
  readonly outputs: Outputs;
  /** What it knows of the network's pace: see {@link HelpedSessions.paceOf}. */
  readonly pace: number | undefined;
}

/** What was lent did not come back: its inputs are gone, and the picture must be begun again. */
export class HelperLostError extends Error {
  override readonly name = "HelperLostError";
}

interface WaitingRun extends NetworkRun {
  readonly resolve: (outputs: Outputs) => void;
  readonly reject: (error: Error) => void;
}

/** What handing runs over takes, milliseconds. */
const handOver = 1;
/** Milliseconds of work for each helper that is asked: less is sooner done than handed over. */
const leastWorthHelp = 3;
/**
 * The part of its share that a helper gets at first; the rest goes to whoever is done first. How long a run will take is
 * known from earlier ones only, and what will be asked for after it is not known at all.
 */
const firstPart = 0.8;
/** Milliseconds below which a share is handed over whole. */
const leastCut = 15;
/** Networks that others wait for: they run before what nothing waits for, on the thread that will ask for what follows. */
const awaited = new Set(["mesh", "landmark68"]);
/** Assumed of a network that was not run yet, milliseconds for a million input values. */
const unknownPace = 20;

/**
 * Sessions of a worker that hands a part of its runs to idle workers, so that a picture with many faces is answered sooner.
 */
export class HelpedSessions extends Sessions {
  readonly #waiting: WaitingRun[] = [];
  readonly #lent = new Map<number, readonly WaitingRun[]>();
  /** Milliseconds for each input value, by network: what runs took. */
  readonly #paces = new Map<string, number | undefined>();
  /** Never that of a loan of the worker that this one replaced. */
  #nextLoan = threadId * 2 ** 32;
  #pumping = false;
  /** Runs that were announced and are still to come. */
  #expected = 0;

  /**
   * @param lend hands runs to a worker that was claimed; it answers with {@link returned} or {@link failed}.
   */
  constructor(
    private readonly leases: WorkerLeases,
    private readonly lend: (worker: number, loan: number, runs: readonly NetworkRun[]) => void,
  ) {
    super();
  }

  override get lanes(): number {
    return 1 + this.leases.idle;
  }

  override run(key: string, input: ModelInput, shape: readonly number[]): Promise<Outputs> {
    return this.#ask({ key, input, shape, kept: false });
  }

  override runKept(key: string, input: ModelInput, shape: readonly number[]): Promise<Outputs> {
    return this.#ask({ key, input, shape, kept: true });
  }

  #ask(run: NetworkRun): Promise<Outputs> {
    return new Promise((resolve, reject) => {
      const own = { ...run, resolve, reject };
      this.#expected = Math.max(0, this.#expected - 1);
      // A helper begins while the inputs of the others are made.
      if (this.#expected > 0 && this.#cost(own) >= 2 * handOver) {
        const [worker] = this.leases.claimSome(1);
        if (worker !== undefined) return this.#lend(worker, [own]);
      }
      this.#waiting.push(own);
      if (this.#expected === 0) this.#begin();
    });
  }

  override gather(runs: number): () => void {
    // Alone, it is better to begin with the first while the others' inputs are made by other threads.
    if (this.leases.idle === 0) return () => undefined;
    this.#expected = runs;
    return () => {
      this.#expected = 0;
      this.#begin();
    };
  }

  #begin(): void {
    if (this.#pumping || this.#waiting.length === 0) return;
    this.#pumping = true;
    // After the callers that ask for several runs at once have asked for them all.
    setImmediate(() => void this.#pump());
  }

  /** Runs it on this thread, whoever asked. */
  async runHere({ key, input, shape }: NetworkRun): Promise<Outputs> {
    const start = performance.now();
    const outputs = await super.run(key, input, shape);
    const pace = (performance.now() - start) / valuesOf(shape);
    const known = this.#paces.get(key);
    // The first run opens the session, which says nothing of the next.
    if (!this.#paces.has(key)) this.#paces.set(key, undefined);
    else this.#paces.set(key, known === undefined ? pace : known * 0.8 + pace * 0.2);
    return outputs;
  }

  /** Milliseconds for each input value that a network takes on this thread; `undefined` before its second run. */
  paceOf(key: string): number | undefined {
    return this.#paces.get(key);
  }

  /** What a worker computed of a loan. */
  returned(loan: number, helped: readonly HelpedRun[]): void {
    const runs = this.#lent.get(loan);
    this.#lent.delete(loan);
    runs?.forEach(({ key, resolve }, index) => {
      const { outputs, pace } = helped[index]!;
      // Of networks that are always lent nothing would be known otherwise.
      if (pace !== undefined && this.#paces.get(key) === undefined) this.#paces.set(key, pace);
      resolve(outputs);
    });
  }

  failed(loan: number, error: Error): void {
    const runs = this.#lent.get(loan);
    this.#lent.delete(loan);
    runs?.forEach((run) => run.reject(error));
  }

  async #pump(): Promise<void> {
    for (;;) {
      this.#shareOut();
      const [run] = this.#waiting.splice(firstAwaited(this.#waiting), 1);
      if (run === undefined) break;
      try {
        run.resolve(await this.runHere(run));
      } catch (error) {
        run.reject(error instanceof Error ? error : new Error(String(error)));
      }
      // What depends on this run, or came back from a helper meanwhile, asks for its runs before the next is chosen.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#pumping = false;
  }

  /** Lends what waits to idle workers, so that all end at about the same time; the longest runs are placed first. */
  #shareOut(): void {
    if (this.#waiting.length < 2) return;
    let total = 0;
    for (const run of this.#waiting) total += this.#cost(run);
    const helpers = this.leases.claimSome(
      Math.min(Math.floor(total / leastWorthHelp), this.#waiting.length - 1),
    );
    if (helpers.length === 0) return;
    const own: Share = { worker: undefined, runs: [], load: 0 };
    const shares = [own];
    // What is handed over starts later.
    for (const worker of helpers) shares.push({ worker, runs: [], load: handOver });
    const priced: PricedRun[] = [];
    let others = false;
    for (const run of this.#waiting.splice(0)) {
      priced.push({ run, cost: this.#cost(run) });
      others ||= !awaited.has(run.key);
    }
    for (const { run, cost } of priced.sort(dearestFirst)) {
      const share = others && awaited.has(run.key) ? own : leastLoaded(shares);
      share.runs.push(run);
      share.load += cost;
    }
    for (const share of shares) {
      const { worker, runs } = share;
      if (worker === undefined) {
        this.#waiting.push(...runs);
      } else if (runs.length === 0) {
        this.leases.release(worker);
      } else {
        this.#waiting.push(...this.#heldBack(share));
        this.#lend(worker, runs);
      }
    }
  }

  /** Takes the end of a share, its cheapest runs, for whoever is done first. */
  #heldBack({ runs, load }: Share): WaitingRun[] {
    if (load < leastCut) return [];
    let rest = load;
    let kept = runs.length;
    while (kept > 1 && rest - this.#cost(runs[kept - 1]!) >= load * firstPart)
      rest -= this.#cost(runs[--kept]!);
    return runs.splice(kept);
  }

  #lend(worker: number, runs: readonly WaitingRun[]): void {
    const loan = this.#nextLoan++;
    this.#lent.set(loan, runs);
    this.lend(worker, loan, runs.map(lendable));
  }

  /** Milliseconds that a run is expected to take. */
  #cost({ key, shape }: NetworkRun): number {
    return (this.#paces.get(key) ?? unknownPace / 1e6) * valuesOf(shape);
  }
}

function valuesOf(shape: readonly number[]): number {
  let product = 1;
  for (const length of shape) product *= length;
  return product;
}

/** What one worker is to compute of what waits. */
interface Share {
  /** Absent: this one. */
  readonly worker: number | undefined;
  readonly runs: WaitingRun[];
  /** Milliseconds. */
  load: number;
}

interface PricedRun {
  readonly run: WaitingRun;
  /** Milliseconds that it is expected to take. */
  readonly cost: number;
}

function dearestFirst(a: PricedRun, b: PricedRun): number {
  return b.cost - a.cost;
}

function leastLoaded(shares: readonly Share[]): Share {
  let least = shares[0]!;
  for (const share of shares) if (share.load < least.load) least = share;
  return least;
}

/** The place of the first run that others wait for; the first of all where none is. */
function firstAwaited(runs: readonly WaitingRun[]): number {
  for (const [index, { key }] of runs.entries()) if (awaited.has(key)) return index;
  return 0;
}

function lendable({ key, input, shape, kept }: WaitingRun): NetworkRun {
  return { key, input: kept ? input.slice() : input, shape, kept: false };
}
