import type { FaceDetectionResult } from "@mien/client";
import { exitCodes } from "./exit-codes.js";
import { CommandFailure } from "./failure.js";
import type { FileFaces } from "./detect-files.js";
import { warn, type Terminal } from "./terminal.js";

/** A face with the faceId it was given and the file it is in. */
export interface LocatedFace {
  readonly file: string;
  /** Its rank in the file, from 1: the largest face first. */
  readonly number: number;
  readonly faceId: string;
  readonly rectangle: FaceDetectionResult["faceRectangle"];
}

/** Says which files could not be looked at and why, and how many were not tried for the same reason. */
export function warnOfFailures(results: readonly FileFaces[], terminal: Terminal): void {
  const failures = results.filter((result) => "failure" in result);
  for (const { file, failure, untried } of failures)
    if (untried !== true) warn(terminal, `${file}: ${failure.message}`);
  const untried = failures.filter((result) => result.untried === true).length;
  if (untried > 0)
    warn(terminal, `${untried} more ${untried === 1 ? "file was" : "files were"} not tried`);
}

/** All faces of all files that could be looked at; says on the terminal which could not. */
export function locatedFaces(results: readonly FileFaces[], terminal: Terminal): LocatedFace[] {
  warnOfFailures(results, terminal);
  return results.flatMap((result) => {
    if ("failure" in result) return [];
    return result.faces.map((face, index) => ({
      file: result.file,
      number: index + 1,
      faceId: face.faceId!,
      rectangle: face.faceRectangle,
    }));
  });
}

/**
 * The face that a picture of one person is about: the largest.
 * @throws CommandFailure when the file could not be looked at or holds no face.
 */
export function mainFace(result: FileFaces, terminal: Terminal): LocatedFace {
  if ("failure" in result) {
    const { message, exitCode, code } = result.failure;
    throw new CommandFailure(`${result.file}: ${message}`, exitCode, { code });
  }
  if (result.faces.length === 0) {
    throw new CommandFailure(`${result.file}: no face found`, exitCodes.refused, {
      code: "noFace",
    });
  }
  if (result.faces.length > 1) {
    warn(terminal, `${result.file}: ${result.faces.length} faces; the largest is used`);
  }
  return locatedFaces([result], terminal)[0]!;
}

/** The worst exit code among the files that failed, and what went before. */
export function exitCodeOf(
  results: readonly FileFaces[],
  before: FailureExitCode = exitCodes.done,
): FailureExitCode {
  const codes = results.flatMap((result) => ("failure" in result ? [result.failure.exitCode] : []));
  return codes.reduce<FailureExitCode>((worst, code) => (code > worst ? code : worst), before);
}
type FailureExitCode = Extract<FileFaces, { failure: unknown }>["failure"]["exitCode"];
