/**
 * Which workers are idle, in memory that all threads share: a thread that is about to compute for tens of milliseconds
 * hears no messages, so it must know without asking.
 */
const idle = 0;
const busy = 1;

/** Who may give work to which worker. Whoever claims a worker holds it until it is released. */
export class WorkerLeases {
  readonly #states: Int32Array;

  /** @param shared the buffer of another thread's leases; absent: new ones, all busy until they are released. */
  constructor(
    workers: number,
    readonly shared: SharedArrayBuffer = new SharedArrayBuffer(
      workers * Int32Array.BYTES_PER_ELEMENT,
    ),
    fresh = true,
  ) {
    this.#states = new Int32Array(shared);
    if (fresh) this.#states.fill(busy);
  }

  static of(shared: SharedArrayBuffer): WorkerLeases {
    return new WorkerLeases(shared.byteLength / Int32Array.BYTES_PER_ELEMENT, shared, false);
  }

  /** Takes a worker if it is idle; it is the caller's until it is released. */
  claim(worker: number): boolean {
    return Atomics.compareExchange(this.#states, worker, idle, busy) === idle;
  }

  release(worker: number): void {
    Atomics.store(this.#states, worker, idle);
  }

  /** Takes it out of service until it is released. */
  withhold(worker: number): void {
    Atomics.store(this.#states, worker, busy);
  }

  /** Takes up to `most` idle workers. */
  claimSome(most: number): number[] {
    const claimed: number[] = [];
    for (let worker = 0; worker < this.#states.length && claimed.length < most; worker++)
      if (this.claim(worker)) claimed.push(worker);
    return claimed;
  }

  /** How many are idle at this instant. */
  get idle(): number {
    let count = 0;
    for (let worker = 0; worker < this.#states.length; worker++)
      if (Atomics.load(this.#states, worker) === idle) count++;
    return count;
  }
}
