import {
  insecureConnectionCode,
  isRestError,
  type DetectParameters,
  type FaceDetectionResult,
} from "@mien/client";
import pMap from "p-map";
import type { Connection } from "./connection.js";
import { describeFailure, type DescribedFailure } from "./failure.js";
import { onFilePixels, readForUpload } from "./picture-upload.js";
import { ProgressBar } from "./progress.js";
import type { Terminal } from "./terminal.js";

/** What was found in one file, or why nothing could be. */
export type FileFaces =
  { readonly file: string; readonly faces: readonly FaceDetectionResult[] } | FileFailure;

export interface FileFailure {
  readonly file: string;
  readonly failure: DescribedFailure;
  /** It was not looked at, for what others failed by would have met it too. */
  readonly untried?: true;
}

/** So many files without any answer from the service, one after the other, and no further one is tried. */
const unansweredInARow = 3;

export interface DetectFilesOptions {
  readonly parameters: DetectParameters;
  readonly signal: AbortSignal;
  /** Called as each file is done, in no particular order. */
  readonly onDone?: (result: FileFaces) => Promise<void> | void;
}

/**
 * Detects the faces of many files, several at a time, with progress. A file that fails does not end the rest, unless it
 * is the service that fails, whatever the file: by refusing the credential, or by giving no answer again and again.
 * @returns one entry for each file, in the order given.
 * @throws AbortError when the signal aborts.
 */
export async function detectFiles(
  connection: Connection,
  terminal: Terminal,
  files: readonly string[],
  options: DetectFilesOptions,
): Promise<FileFaces[]> {
  const progress = new ProgressBar(terminal.error, "Detecting faces", files.length);
  const service = new ServiceFaults();
  const signal = AbortSignal.any([options.signal, service.signal]);
  try {
    return await pMap(
      files,
      async (file) => {
        options.signal.throwIfAborted();
        const result = await detectFile(connection, file, { ...options, signal }, service);
        options.signal.throwIfAborted();
        await options.onDone?.(result);
        progress.step(file);
        return result;
      },
      { concurrency: connection.concurrency },
    );
  } finally {
    progress.finish();
  }
}

async function detectFile(
  connection: Connection,
  file: string,
  options: DetectFilesOptions,
  service: ServiceFaults,
): Promise<FileFaces> {
  try {
    options.signal.throwIfAborted();
    const { bytes, scale } = await readForUpload(file, options.signal);
    const faces = await connection.client.detect(bytes, {
      ...options.parameters,
      abortSignal: options.signal,
    });
    service.note(undefined);
    return { file, faces: faces.map((face) => onFilePixels(face, scale)) };
  } catch (error) {
    if (options.signal.aborted)
      return { file, failure: describeFailure(options.signal.reason), untried: true };
    service.note(error);
    const failure = describeFailure(error);
    // The file is named beside its failure.
    const message = failure.message.replace(`${file}: `, "");
    return { file, failure: { ...failure, message } };
  }
}

/** Tells faults of the service, which meet every file, from those of a file. */
class ServiceFaults {
  readonly #stop = new AbortController();
  #unanswered = 0;

  /** Aborts, with the failure, when no further file is worth a try. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** @param error undefined where all went well. */
  note(error: unknown): void {
    if (error !== undefined && !isRestError(error)) return;
    const isUnanswered = error !== undefined && error.statusCode === undefined;
    this.#unanswered = isUnanswered ? this.#unanswered + 1 : 0;
    const isRefused =
      error !== undefined &&
      (error.statusCode === 401 ||
        error.statusCode === 403 ||
        error.code === insecureConnectionCode);
    if (isRefused || this.#unanswered >= unansweredInARow) this.#stop.abort(error);
  }
}
