/** A worker's decoder: a process of its own, and the next one when a picture has killed it or hangs in it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { OverloadError, PictureError } from "./analysis.js";
import type { DecodedPicture } from "./decode.js";
import type { DecoderAnswer, DecoderTask } from "./decoder-messages.js";
import { maximumPixels } from "./picture-pixels.js";
import { processorTime } from "./process-time.js";
import { SharedBytes } from "./shared-bytes.js";

/** The decoder died of a picture, or was ended because it took too long. */
export class DecoderLostError extends Error {
  override readonly name = "DecoderLostError";
}

/** What the decoder inherits of the environment: what its libraries are found by, and nothing that is secret. */
const inherited = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SystemRoot"];

/**
 * Milliseconds without a picture after which the shared memory is given back: to make it anew costs as much as half of the
 * decoding, so not between the calls of one user.
 */
const idleTime = 10_000;

/**
 * Bytes of the largest block that a decoder keeps for the next picture: no picture of the size that detectors work at is
 * larger. What is larger goes back to the system at once.
 */
const largestKept = 32 * 1024 * 1024;

/** Processes that may end at their start, one after the other, before a picture is given up for it. */
const maximumStarts = 3;

/**
 * The part of its time for which a decoder must have run for its picture to be to blame: at the default limit that is
 * longer than the largest honest pictures take. One that ran for less had to wait for a processor, for memory or for whoever
 * stopped it, and the same picture may be decoded in time when it comes again.
 */
const pictureToBlame = 1 / 4;

interface Work {
  readonly resolve: (answer: DecoderAnswer) => void;
  readonly reject: (error: Error) => void;
  /** Why it is ended, when its time is over. */
  late?: Error;
}

/**
 * Decodes pictures, one at a time, in a process of its own, which is replaced when a picture kills it or keeps it too long.
 */
export class DecoderProcess {
  readonly #shared = SharedBytes.create();
  readonly #idle: NodeJS.Timeout | undefined;
  #child!: ChildProcess;
  #ready!: Promise<void>;
  #failed = false;
  #closing = false;
  #work: Work | undefined;

  /**
   * @param timeLimit milliseconds after which a decoder that does not answer is replaced.
   * @param script what the process runs.
   */
  constructor(
    private readonly timeLimit: number,
    private readonly script = new URL("./decoder-main.js", import.meta.url),
  ) {
    const shared = this.#shared;
    if (shared !== undefined)
      this.#idle = setTimeout(() => {
        if (this.#work === undefined) shared.release();
      }, idleTime).unref();
    this.#start();
  }

  /** The process that decodes now. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when it can decode. @throws DecoderLostError when one process after the other ends at its start. */
  async ready(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      if (this.#failed) this.#start();
      try {
        return await this.#ready;
      } catch (error) {
        if (attempt === maximumStarts) throw error;
      }
    }
  }

  /**
   * One picture at a time: its pixels are overwritten by the next one's.
   * @throws PictureError `decoderFailed` by {@link DecoderLostError} when the picture costs the process its life.
   * @throws OverloadError by {@link DecoderLostError} when its time is over and the machine left the process too little of it.
   */
  async decode(file: Uint8Array): Promise<DecodedPicture> {
    await this.ready();
    const answer = await this.#ask(file);
    this.#idle?.refresh();
    switch (answer.kind) {
      case "decoded":
        return this.#received(answer);
      case "refused":
        throw new PictureError(answer.fault, { cause: new Error(answer.message) });
      case "failed":
        throw new Error(answer.message);
      case "ready":
        throw new Error("the decoder started again without having ended");
    }
  }

  async end(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#idle);
    const child = this.#child;
    const running = child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    if (running) {
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    }
    this.#shared?.close();
  }

  #start(): void {
    this.#failed = false;
    const shared = this.#shared;
    const child = spawn(
      process.execPath,
      [fileURLToPath(this.script), ...(shared === undefined ? [] : ["shared"])],
      {
        // The descriptor of the shared bytes becomes `sharedDescriptor`.
        stdio: ["ignore", "ignore", "pipe", "ipc", shared?.descriptor ?? "ignore"],
        serialization: "advanced",
        env: {
          ...Object.fromEntries(
            Object.entries(process.env).filter(([name]) => inherited.includes(name)),
          ),
          // One picture at a time needs one thread, and one heap, which gives back more of its memory.
          UV_THREADPOOL_SIZE: "1",
          MALLOC_ARENA_MAX: "1",
          // The C library would give the pixels' memory back after each picture, and the system clear it anew for the next.
          MALLOC_MMAP_THRESHOLD_: String(largestKept),
          MALLOC_TRIM_THRESHOLD_: String(2 * largestKept),
        },
      },
    );
    this.#child = child;
    // Not inherited: a process that starts makes writes to what it inherits wait for the reader, those of this process too.
    child.stderr?.pipe(process.stderr, { end: false });
    let started = false;
    this.#ready = new Promise<void>((resolve, reject) => {
      child.on("message", (answer: DecoderAnswer) => {
        if (answer.kind === "ready") {
          started = true;
          resolve();
        } else this.#finish()?.resolve(answer);
      });
      const lost = (how: string): void => {
        const error = new DecoderLostError(`the decoder ${how}`);
        reject(error);
        const work = this.#finish();
        work?.reject(work.late ?? new PictureError("decoderFailed", { cause: error }));
        if (this.#closing) return;
        // One that does not even start is started again when it is asked for, not again and again.
        if (started) this.#start();
        else this.#failed = true;
      };
      child.once("error", (error) => lost(`could not be started: ${error.message}`));
      child.once("exit", (code, signal) => lost(`ended with ${signal ?? `code ${code}`}`));
    });
    // Whoever asks for it next hears of it.
    this.#ready.catch(() => undefined);
  }

  async #ask(file: Uint8Array): Promise<DecoderAnswer> {
    const child = this.#child;
    const before = child.pid === undefined ? undefined : processorTime(child.pid);
    const timer = setTimeout(() => {
      if (this.#work !== undefined) this.#work.late = this.#lateness(child, before);
      this.#kill(child);
    }, this.timeLimit);
    try {
      return await new Promise<DecoderAnswer>((resolve, reject) => {
        this.#work = { resolve, reject };
        const task: DecoderTask =
          this.#shared?.put(file) === true
            ? { length: file.length }
            : { length: file.length, bytes: file };
        // A channel that is closed has a process that ended, which is heard of in its own way.
        child.send(task, () => undefined);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param before what the process had had of a processor when it was given the picture, milliseconds. */
  #lateness({ pid }: ChildProcess, before: number | undefined): PictureError | OverloadError {
    const { timeLimit } = this;
    const cause = new DecoderLostError(`the decoder took longer than ${timeLimit} ms`);
    const now = pid === undefined ? undefined : processorTime(pid);
    // Where the system does not tell, the picture is taken to have kept it busy.
    const ran = before === undefined || now === undefined ? timeLimit : now - before;
    return ran < timeLimit * pictureToBlame
      ? new OverloadError(Math.ceil(timeLimit / 1000), `it ran for ${ran} ms`, { cause })
      : new PictureError("decoderFailed", { cause });
  }

  /** Whoever asks next waits until it has ended, and for its successor: what it did to its picture it may do to theirs. */
  #kill(child: ChildProcess): void {
    const running = child === this.#child && child.exitCode === null && child.signalCode === null;
    if (!running) return;
    // The end is heard first where it is heard of in general: by then the successor has been started.
    this.#ready = once(child, "exit").then(() => this.#ready);
    this.#ready.catch(() => undefined);
    child.kill("SIGKILL");
  }

  #finish(): Work | undefined {
    const work = this.#work;
    this.#work = undefined;
    return work;
  }

  /** What a decoder says is believed as little as the picture that it has read. */
  #received(answer: DecoderAnswer & { kind: "decoded" }): DecodedPicture {
    const { width, height, picture, bytes } = answer;
    try {
      for (const size of [width, height, picture.width, picture.height])
        if (!Number.isInteger(size) || size < 1) throw new RangeError(`no size: ${size}`);
      const length = picture.width * picture.height * 3;
      if (length > maximumPixels * 3) throw new RangeError("more pixels than are allowed");
      const data = bytes ?? this.#shared?.take(length);
      if (!(data instanceof Uint8Array) || data.length !== length)
        throw new RangeError("other pixels than were promised");
      return { picture: { data, width: picture.width, height: picture.height }, width, height };
    } catch (cause) {
      this.#kill(this.#child);
      throw new PictureError("decoderFailed", {
        cause: new DecoderLostError("the decoder answered what cannot be", { cause }),
      });
    }
  }
}
