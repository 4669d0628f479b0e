/** One place in the pool: a worker thread, its successor when it dies, hangs or has worked enough. */
import {
  type AnalysisRequest,
  OverloadError,
  type PictureAnalysis,
  PictureError,
} from "./analysis.js";
import type { WorkerLeases } from "./worker-leases.js";
import {
  buffersOf,
  buffersOfOutputs,
  type Loan,
  type WorkerAnswer,
  type WorkerTask,
} from "./worker-messages.js";
import { WorkerThread } from "./worker-thread.js";

/** A picture and the promise of its analysis. */
export interface SlotJob {
  readonly file: Uint8Array;
  readonly request: AnalysisRequest;
  readonly resolve: (analysis: PictureAnalysis) => void;
  readonly reject: (error: Error) => void;
}

/** How a slot runs its worker, and whom it tells. */
export interface SlotOptions {
  readonly index: number;
  readonly leases: WorkerLeases;
  /** Milliseconds after which a worker that does not answer is replaced. */
  readonly timeLimit: number;
  /** Pictures after which a worker is replaced by a fresh one; 0: never. */
  readonly recycleAfter: number;
  /** Of the thread, 0 to 19. */
  readonly niceness: number;
  /** The worker may have come free. */
  readonly onFree: () => void;
  /** The slot has a worker with its models for the first time. */
  readonly onReady: () => void;
  readonly onGivenUp: (error: Error) => void;
  /** A worker that was claimed for its help is not needed. */
  readonly onUnclaimed: (worker: number) => void;
  /** A decoder has died over a picture, or was ended because it took too long. */
  readonly onDecoderLost: () => void;
  /** Sends a task to another slot's worker; false when it has none. */
  readonly forward: (worker: number, task: WorkerTask, transfer: readonly ArrayBuffer[]) => boolean;
}

/** Deaths in a row, before a worker has said it is ready, after which the pool stops trying. */
const maximumStartFailures = 3;

/** The part of a picture's time that its decoding may take: a decoder is replaced sooner than its worker. */
const decodersShare = 2 / 3;

/**
 * Holds one worker thread, gives it one picture at a time, and replaces it when it dies, hangs or has worked enough. Its lease
 * says whether it may be given work: it is busy until the thread is ready, while that has a picture or a loan, and for good
 * once the slot is closed or given up.
 */
export class WorkerSlot {
  readonly #options: SlotOptions;
  #worker: WorkerThread;
  /** Started to take the worker's place; `ready` when it has its models. */
  #successor: { readonly worker: WorkerThread; ready: boolean } | undefined;
  #job: SlotJob | undefined;
  #loan: Loan | undefined;
  #timer: NodeJS.Timeout | undefined;
  #started = false;
  #wasReady = false;
  #failures = 0;
  #pictures = 0;
  #lastError: Error | undefined;
  #closing = false;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#worker = this.#start();
  }

  /** Takes the worker for a picture, unless it is at work. */
  claim(): boolean {
    return !this.#closing && this.#started && this.#options.leases.claim(this.#options.index);
  }

  unclaim(): void {
    this.#options.leases.release(this.#options.index);
  }

  /** The slot has been claimed. */
  run(job: SlotJob): void {
    this.#job = job;
    try {
      this.#handOver(job);
    } catch (cause) {
      // Another call has handed the same buffer over.
      this.#finish()?.reject(new Error("the picture cannot be handed to a worker", { cause }));
      // Afterwards, not within: as many calls may wait with that buffer as the stack has no room for.
      return queueMicrotask(() => this.#free());
    }
    this.#watch();
  }

  /** Without a copy when the file owns its buffer; a part of a larger buffer must be copied. */
  #handOver({ file, request }: SlotJob): void {
    const { buffer, byteOffset, byteLength } = file;
    const whole =
      buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength;
    const bytes = whole ? new Uint8Array(buffer) : new Uint8Array(file);
    this.#worker.post({ kind: "analyze", file: bytes, request }, [bytes.buffer]);
  }

  /** Passes on what another worker says to this one. */
  receive(task: WorkerTask, transfer: readonly ArrayBuffer[]): boolean {
    if (this.#closing || !this.#started) return false;
    if (task.kind === "help") {
      this.#loan = { lender: task.lender, loan: task.loan };
      this.#watch();
    }
    this.#worker.post(task, transfer);
    return true;
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await Promise.all([this.#worker.end(), this.#successor?.worker.end()]);
  }

  #watch(): void {
    const worker = this.#worker;
    this.#timer = setTimeout(() => {
      // What it computes cannot be interrupted: another thread takes its place for the next request. The decoder has made
      // good pixels of the picture long ago, and how long the networks take hangs on the machine.
      const { timeLimit } = this.#options;
      this.#lastError = new OverloadError(
        Math.ceil(timeLimit / 1000),
        `a picture took longer than ${timeLimit} ms`,
      );
      this.#replace(this.#lastError);
      void worker.end();
    }, this.#options.timeLimit);
  }

  #start(): WorkerThread {
    this.#started = false;
    this.#options.leases.withhold(this.#options.index);
    return this.#thread();
  }

  /** A thread that is heard as the slot's worker once it is that, and as its successor before. */
  #thread(): WorkerThread {
    const { leases, timeLimit, niceness } = this.#options;
    const start = { leases: leases.shared, decodeLimit: timeLimit * decodersShare, niceness };
    const thread: WorkerThread = new WorkerThread(start, {
      onAnswer: (answer) => {
        if (thread === this.#worker) this.#hear(answer);
        else if (thread === this.#successor?.worker) this.#awaitRest(this.#successor);
        // One that was given up has claimed a helper, whose help nobody waits for.
        else if (answer.kind === "lend") this.#options.onUnclaimed(answer.worker);
      },
      onError: (error) => (this.#lastError = error),
      onEnd: () => {
        if (thread === this.#worker)
          this.#replace(new PictureError("decoderFailed", { cause: this.#lastError }));
        // A successor that cannot start is forgotten: the old worker goes on, and its next picture tries again.
        else if (thread === this.#successor?.worker) this.#successor = undefined;
      },
    });
    return thread;
  }

  #hear(answer: WorkerAnswer): void {
    switch (answer.kind) {
      case "ready":
        this.#started = true;
        this.#failures = 0;
        if (!this.#wasReady) this.#options.onReady();
        this.#wasReady = true;
        return this.#free();
      case "done":
        this.#finish()?.resolve(answer.analysis);
        return this.#rest();
      case "refused":
        if (answer.decoderLost) this.#options.onDecoderLost();
        this.#finish()?.reject(new PictureError(answer.fault));
        return this.#rest();
      case "overloaded":
        this.#options.onDecoderLost();
        this.#finish()?.reject(
          new OverloadError(answer.retryAfterSeconds, "the decoder got too little processor time"),
        );
        return this.#rest();
      case "failed":
        this.#finish()?.reject(new Error(`analysis failed: ${answer.message}`));
        return this.#rest();
      case "lend":
        return this.#lend(answer);
      case "helped":
        this.#endLoan(
          { kind: "returned", loan: answer.loan, helped: answer.helped },
          buffersOfOutputs(answer.helped),
        );
        return this.#free();
      case "notHelped":
        this.#endLoan({ kind: "notReturned", loan: answer.loan, message: answer.message });
        return this.#free();
    }
  }

  #lend({ worker, loan, runs }: WorkerAnswer & { kind: "lend" }): void {
    const { index, forward } = this.#options;
    const sent = forward(worker, { kind: "help", lender: index, loan, runs }, buffersOf(runs));
    if (!sent) this.#worker.post({ kind: "notReturned", loan, message: "the helper is gone" });
  }

  #endLoan(task: WorkerTask, transfer: readonly ArrayBuffer[] = []): void {
    clearTimeout(this.#timer);
    const loan = this.#loan;
    this.#loan = undefined;
    if (loan !== undefined) this.#options.forward(loan.lender, task, transfer);
  }

  /** After a picture. */
  #rest(): void {
    const { recycleAfter } = this.#options;
    if (++this.#pictures >= recycleAfter && recycleAfter > 0) this.#succeed();
    this.#free();
  }

  #free(): void {
    if (this.#successor?.ready === true) this.#swap(this.#successor.worker);
    this.#options.leases.release(this.#options.index);
    this.#options.onFree();
  }

  /** Starts a successor, which takes over when it is ready and the worker at rest: no request waits for it. */
  #succeed(): void {
    this.#successor ??= { worker: this.#thread(), ready: false };
  }

  /** The successor is ready. */
  #awaitRest(successor: { ready: boolean }): void {
    successor.ready = true;
    if (!this.#closing && this.#options.leases.claim(this.#options.index)) this.#free();
  }

  #swap(worker: WorkerThread): void {
    const old = this.#worker;
    this.#successor = undefined;
    this.#pictures = 0;
    this.#worker = worker;
    void old.end();
  }

  #finish(): SlotJob | undefined {
    clearTimeout(this.#timer);
    const job = this.#job;
    this.#job = undefined;
    return job;
  }

  /** @param reason what whoever sent the picture at work hears. */
  #replace(reason: Error): void {
    // The picture that hung or killed the worker costs its own request only, or that of the worker it helped.
    this.#finish()?.reject(reason);
    if (this.#loan !== undefined)
      this.#endLoan({ kind: "notReturned", loan: this.#loan.loan, message: "the helper died" });
    if (this.#closing) return;
    if (!this.#started && ++this.#failures >= maximumStartFailures) {
      this.#closing = true;
      this.#options.onGivenUp(this.#lastError ?? new Error("the vision workers do not start"));
      return;
    }
    this.#worker = this.#start();
    // Its picture's pixels are free for those who have a worker.
    this.#options.onFree();
  }
}
