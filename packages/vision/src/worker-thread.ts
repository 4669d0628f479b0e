/** A worker's thread: how it is started, spoken to and ended. Whose place it takes is the slot's business. */
import { Worker } from "node:worker_threads";
import type { WorkerAnswer, WorkerStart, WorkerTask } from "./worker-messages.js";

/** Who hears of a thread. */
export interface ThreadListener {
  readonly onAnswer: (answer: WorkerAnswer) => void;
  /** It ends over this; {@link onEnd} follows. */
  readonly onError: (error: Error) => void;
  readonly onEnd: () => void;
}

/** Milliseconds for which a thread that is told to end is waited for. */
const endingTime = 2000;

/** A thread that runs `worker.ts`. */
export class WorkerThread {
  readonly #worker: Worker;
  /** Settled when it has opened its models, or has ended over it. */
  readonly #opened: Promise<unknown>;
  readonly #ended: Promise<unknown>;

  constructor(start: WorkerStart, listener: ThreadListener) {
    // Flags of the program around us are for its own script: some end a thread that has another.
    const worker = new Worker(new URL("./worker.js", import.meta.url), {
      workerData: start,
      execArgv: [],
    });
    this.#worker = worker;
    this.#ended = new Promise((resolve) => worker.once("exit", resolve));
    this.#opened = Promise.race([
      new Promise((resolve) => worker.once("message", resolve)),
      this.#ended,
    ]);
    worker.on("message", listener.onAnswer);
    worker.on("error", (error) =>
      listener.onError(error instanceof Error ? error : new Error(String(error))),
    );
    worker.on("exit", listener.onEnd);
  }

  /** @throws DataCloneError when a buffer has been handed over before. */
  post(task: WorkerTask, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(task, transfer);
  }

  /**
   * A thread that is ended from outside while the runtime computes or opens a model takes the whole process with it. So it
   * is told to end, which it does between two runs; one that never comes to that is left to itself.
   */
  async end(): Promise<void> {
    await this.#opened;
    this.post({ kind: "end" });
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      this.#ended,
      new Promise((resolve) => (timer = setTimeout(resolve, endingTime))),
    ]);
    clearTimeout(timer);
    this.#worker.unref();
  }
}
