import type { DetectParameters, FaceDetectionResult } from "@mien/client";
import pMap from "p-map";
import type { Connection } from "./connection.js";
import { describeFailure, type DescribedFailure } from "./failure.js";
import { onFilePixels, readForUpload } from "./picture-upload.js";
import { ProgressBar } from "./progress.js";
import type { Terminal } from "./terminal.js";

/** What was found in one file, or why nothing could be. */
export type FileFaces =
  | { readonly file: string; readonly faces: readonly FaceDetectionResult[] }
  | { readonly file: string; readonly failure: DescribedFailure };

export interface DetectFilesOptions {
  readonly parameters: DetectParameters;
  readonly signal: AbortSignal;
  /** Called as each file is done, in no particular order. */
  readonly onDone?: (result: FileFaces) => Promise<void> | void;
}

/**
 * Detects the faces of many files, several at a time, with progress. A file that fails does not end the rest.
 * @returns one entry for each file, in the order given.
 * @throws AbortError when the signal aborts.
 */
export async function detectFiles(
  connection: Connection,
  terminal: Terminal,
  files: readonly string[],
  options: DetectFilesOptions,
): Promise<FileFaces[]> {
  const progress = new ProgressBar(terminal.error, "Looking", files.length);
  try {
    return await pMap(
      files,
      async (file) => {
        options.signal.throwIfAborted();
        const result = await detectFile(connection, file, options);
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
): Promise<FileFaces> {
  try {
    const { bytes, scale } = await readForUpload(file);
    const faces = await connection.client.detect(bytes, {
      ...options.parameters,
      abortSignal: options.signal,
    });
    return { file, faces: faces.map((face) => onFilePixels(face, scale)) };
  } catch (error) {
    options.signal.throwIfAborted();
    const failure = describeFailure(error);
    // The file is named beside its failure.
    const message = failure.message.replace(`${file}: `, "");
    return { file, failure: { ...failure, message } };
  }
}
