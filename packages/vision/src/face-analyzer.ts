/** The pool of worker threads behind {@link FaceAnalyzer}. */
import { Worker } from "node:worker_threads";
import {
  type AnalysisRequest,
  type FaceAnalyzer,
  OverloadError,
  type PictureAnalysis,
  PictureError,
} from "./analysis.js";
import { cpuQuota } from "./cpu-quota.js";
import type { WorkerAnswer, WorkerTask } from "./worker-messages.js";

export interface FaceAnalyzerOptions {
  /** Worker threads; default one for each core of the CPU quota. */
  readonly workers?: number;
  /** Pictures that may wait for a worker before {@link OverloadError}; default 64 for each worker. */
  readonly queueLimit?: number;
  /** Milliseconds after which a worker that does not answer is replaced; default 30,000. */
  readonly timeLimit?: number;
}

interface Job {
  readonly file: Uint8Array;
  readonly request: AnalysisRequest;
  readonly resolve: (analysis: PictureAnalysis) => void;
  readonly reject: (error: Error) => void;
  readonly signal: AbortSignal | undefined;
}

/** Deaths in a row, before a worker has said it is ready, after which the pool stops trying. */
const maximumStartFailures = 3;

class WorkerSlot {
  #worker: Worker;
  #job: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #started = false;
  #failures = 0;
  #lastError: Error | undefined;
  #closing = false;

  constructor(
    private readonly timeLimit: number,
    private readonly onFree: () => void,
    private readonly onReady: () => void,
    private readonly onGivenUp: (error: Error) => void,
  ) {
    this.#worker = this.#start();
  }

  get isFree(): boolean {
    return this.#started && this.#job === undefined && !this.#closing;
  }

  run(job: Job): void {
    this.#job = job;
    this.#timer = setTimeout(() => {
      // A decoder or a network that hangs cannot be interrupted: its thread goes, the next request gets a new one.
      void this.#worker.terminate();
    }, this.timeLimit);
    // Handed over without a copy when the file owns its buffer; a part of a larger buffer must be copied.
    const { buffer, byteOffset, byteLength } = job.file;
    const whole =
      buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength;
    const file = whole ? job.file : Uint8Array.from(job.file);
    const task: WorkerTask = {
      id: 0,
      file: new Uint8Array(file.buffer, 0, file.byteLength),
      request: job.request,
    };
    this.#worker.postMessage(task, [file.buffer as ArrayBuffer]);
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#worker.terminate();
  }

  #start(): Worker {
    this.#started = false;
    const worker = new Worker(new URL("./worker.js", import.meta.url));
    worker.on("message", (answer: WorkerAnswer) => this.#hear(answer));
    worker.on("error", (error) => {
      this.#lastError = error instanceof Error ? error : new Error(String(error));
    });
    worker.on("exit", () => this.#replace());
    return worker;
  }

  #hear(answer: WorkerAnswer): void {
    if (answer.kind === "ready") {
      this.#started = true;
      this.#failures = 0;
      this.onReady();
      this.onFree();
      return;
    }
    const job = this.#finish();
    if (answer.kind === "done") job?.resolve(answer.analysis);
    else if (answer.kind === "refused") job?.reject(new PictureError(answer.fault));
    else job?.reject(new Error(`analysis failed: ${answer.message}`));
    this.onFree();
  }

  #finish(): Job | undefined {
    clearTimeout(this.#timer);
    const job = this.#job;
    this.#job = undefined;
    return job;
  }

  #replace(): void {
    // The picture that hung or killed the worker costs its own request only.
    this.#finish()?.reject(new PictureError("decoderFailed", { cause: this.#lastError }));
    if (this.#closing) return;
    if (!this.#started && ++this.#failures >= maximumStartFailures) {
      this.#closing = true;
      this.onGivenUp(this.#lastError ?? new Error("the vision workers do not start"));
      return;
    }
    this.#worker = this.#start();
  }
}

class WorkerPool implements FaceAnalyzer {
  readonly #slots: WorkerSlot[];
  readonly #waiting: Job[] = [];
  readonly #queueLimit: number;
  readonly #ready: Promise<void>;
  #running = 0;
  #closed = false;
  #drained: (() => void) | undefined;
  #startError: Error | undefined;

  constructor(options: FaceAnalyzerOptions) {
    const workers = Math.max(1, options.workers ?? cpuQuota());
    this.#queueLimit = options.queueLimit ?? workers * 64;
    let pending = workers;
    let resolveReady!: () => void;
    let rejectReady!: (error: Error) => void;
    this.#ready = new Promise((resolve, reject) => {
      resolveReady = resolve;
      rejectReady = reject;
    });
    // Callers that never ask whether it is ready learn of a failed start from their first picture.
    this.#ready.catch(() => undefined);
    this.#slots = Array.from(
      { length: workers },
      () =>
        new WorkerSlot(
          options.timeLimit ?? 30_000,
          () => this.#dispatch(),
          () => {
            if (--pending === 0) resolveReady();
          },
          (error) => {
            this.#startError = error;
            rejectReady(error);
            for (const job of this.#waiting.splice(0)) job.reject(error);
          },
        ),
    );
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  analyze(
    file: Uint8Array,
    request: AnalysisRequest,
    signal?: AbortSignal,
  ): Promise<PictureAnalysis> {
    if (this.#closed) return Promise.reject(new OverloadError(1));
    if (this.#startError !== undefined) return Promise.reject(this.#startError);
    if (this.#waiting.length >= this.#queueLimit) return Promise.reject(new OverloadError(1));
    return new Promise<PictureAnalysis>((resolve, reject) => {
      this.#running++;
      const settle = (): void => {
        if (--this.#running === 0) this.#drained?.();
      };
      this.#waiting.push({
        file,
        request,
        signal,
        resolve: (analysis) => {
          resolve(analysis);
          settle();
        },
        reject: (error) => {
          reject(error);
          settle();
        },
      });
      this.#dispatch();
    });
  }

  #dispatch(): void {
    for (const slot of this.#slots) {
      while (slot.isFree) {
        const job = this.#waiting.shift();
        if (job === undefined) return;
        if (job.signal?.aborted === true) job.reject(job.signal.reason as Error);
        else slot.run(job);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running > 0)
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
