/** The pool of worker threads behind {@link FaceAnalyzer}. */
import {
  type AnalysisRequest,
  type FaceAnalyzer,
  OverloadError,
  type PictureAnalysis,
} from "./analysis.js";
import { cpuQuota } from "./cpu-quota.js";
import { picturePixels } from "./picture-pixels.js";
import { PictureQueue } from "./picture-queue.js";
import type { QueuedPicture } from "./waiting-line.js";
import { WorkerLeases } from "./worker-leases.js";
import { type SlotJob, WorkerSlot } from "./worker-slot.js";

/** How many workers there are and how long pictures may wait for them. */
export interface FaceAnalyzerOptions {
  /** Worker threads; default one for each core of the CPU quota. */
  readonly workers?: number;
  /** Pictures that may wait for a worker before {@link OverloadError}; default 48 for each worker. */
  readonly queueLimit?: number;
  /** Bytes of pictures that may wait; default 256 million. */
  readonly queueBytes?: number;
  /**
   * Milliseconds from arrival to answer; default 10,000. A picture that would take longer is refused, at once unless it is its
   * owner's only one to wait; that one is refused later, if its turn comes too late.
   */
  readonly waitLimit?: number;
  /**
   * Pixels that may be decoded at the same time; default 128 million, which take up to 900 MB: progressive and interlaced
   * files are held whole.
   */
  readonly pixelBudget?: number;
  /** Milliseconds after which a worker that does not answer is replaced, and its decoder sooner; default {@link defaultTimeLimit}. */
  readonly timeLimit?: number;
  /** Pictures after which a worker is replaced by a fresh one; default 0: never. */
  readonly recycleAfter?: number;
  /**
   * Niceness of the worker threads and their decoders, 0 to 19, on Linux: the thread that answers goes first. The default
   * is {@link defaultNiceness}.
   */
  readonly niceness?: number;
}

interface Job extends SlotJob, QueuedPicture {}

/** {@link FaceAnalyzerOptions.waitLimit} where it is not set. */
const defaultWaitLimit = 10_000;

/** {@link FaceAnalyzerOptions.timeLimit} where it is not set. */
export const defaultTimeLimit = 30_000;

/**
 * The higher it is, the less a call without a picture waits behind one with, and the less is left of a core that other
 * programs want as well; `npm run bench:load` prints what each buys.
 */
export const defaultNiceness = 10;

class WorkerPool implements FaceAnalyzer {
  readonly #slots: WorkerSlot[];
  readonly #queue: PictureQueue<Job>;
  readonly #ready: Promise<void>;
  #running = 0;
  #lostDecoders = 0;
  #closing: Promise<void> | undefined;
  #drained: (() => void) | undefined;
  #givenUpBy: Error | undefined;

  constructor(options: FaceAnalyzerOptions) {
    const workers = Math.max(1, options.workers ?? cpuQuota());
    const leases = new WorkerLeases(workers);
    this.#queue = new PictureQueue({
      workers,
      pictures: options.queueLimit ?? workers * 48,
      bytes: options.queueBytes ?? 256_000_000,
      wait: options.waitLimit ?? defaultWaitLimit,
      pixels: options.pixelBudget ?? 128_000_000,
    });
    let resolveReady!: () => void;
    let rejectReady!: (error: Error) => void;
    this.#ready = new Promise((resolve, reject) => {
      resolveReady = resolve;
      rejectReady = reject;
    });
    // Callers that never ask whether it is ready learn of a failed start from their first picture.
    this.#ready.catch(() => undefined);
    let pending = workers;
    let givenUp = 0;
    this.#slots = Array.from(
      { length: workers },
      (_, index) =>
        new WorkerSlot({
          index,
          leases,
          timeLimit: options.timeLimit ?? defaultTimeLimit,
          recycleAfter: options.recycleAfter ?? 0,
          niceness: options.niceness ?? defaultNiceness,
          onFree: () => this.#dispatch(),
          onReady: () => {
            if (--pending === 0) resolveReady();
          },
          onGivenUp: (error) => {
            // Before all were ready once, it is a failed start; later the others go on without it.
            if (pending > 0 || ++givenUp === workers) {
              this.#givenUpBy = error;
              rejectReady(error);
              this.#queue.rejectAll(error);
            }
            // Whoever closes the pool waits for the last picture, which may have been this worker's.
            this.#dispatch();
          },
          onUnclaimed: (worker) => {
            leases.release(worker);
            this.#dispatch();
          },
          onDecoderLost: () => this.#lostDecoders++,
          forward: (worker, task, transfer) =>
            this.#slots[worker]?.receive(task, transfer) === true,
        }),
    );
  }

  ready(): Promise<void> {
    return this.#givenUpBy === undefined ? this.#ready : Promise.reject(this.#givenUpBy);
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get lostDecoders(): number {
    return this.#lostDecoders;
  }

  analyze(
    file: Uint8Array,
    request: AnalysisRequest,
    signal?: AbortSignal,
    owner = "",
  ): Promise<PictureAnalysis> {
    if (this.#closing !== undefined) return Promise.reject(new OverloadError(1));
    if (this.#givenUpBy !== undefined) return Promise.reject(this.#givenUpBy);
    const analysis = new Promise<PictureAnalysis>((resolve, reject) => {
      const pixels = picturePixels(file);
      this.#queue.add({ file, pixels, owner, request, signal, resolve, reject });
      this.#dispatch();
    });
    if (signal === undefined) return analysis;
    // It may have held up those behind it, for want of room for its pixels. The queue has listened for longer.
    const goOn = (): void => this.#dispatch();
    signal.addEventListener("abort", goOn);
    return analysis.finally(() => signal.removeEventListener("abort", goOn));
  }

  #dispatch(): void {
    for (const slot of this.#slots) {
      if (this.#queue.length === 0) break;
      if (!slot.claim()) continue;
      const job = this.#queue.take();
      if (job !== undefined) {
        this.#run(slot, job);
        continue;
      }
      slot.unclaim();
      break;
    }
    if (this.#running === 0 && this.#queue.length === 0) this.#drained?.();
  }

  #run(slot: WorkerSlot, job: Job): void {
    this.#running++;
    const start = performance.now();
    const settle = (milliseconds?: number): void => {
      this.#queue.done(job, milliseconds);
      this.#running--;
    };
    slot.run({
      ...job,
      resolve: (analysis) => {
        settle(performance.now() - start);
        job.resolve(analysis);
      },
      reject: (error) => {
        settle();
        job.reject(error);
      },
    });
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    if (this.#running > 0 || (this.#queue.length > 0 && this.#givenUpBy === undefined))
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }
}

/**
 * Starts the workers; they load their models at once. Sets `ORT_DISABLE_TELEMETRY` in the environment of the process:
 * ONNX Runtime would otherwise report its use to its maker's servers and leave files in the temporary folder, and
 * Mien talks to nobody.
 */
export function createFaceAnalyzer(options: FaceAnalyzerOptions = {}): FaceAnalyzer {
  // Before the first worker loads the library: the native side reads the process's own environment, once.
  process.env["ORT_DISABLE_TELEMETRY"] = "1";
  return new WorkerPool(options);
}
