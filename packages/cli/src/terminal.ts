import picocolors from "picocolors";
import type { ProgressStream } from "./progress.js";

/** Where a command writes: results to `out`, everything about them (progress, warnings) to `error`. */
export interface Terminal {
  readonly out: ProgressStream;
  readonly error: ProgressStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Colours, where the stream is a terminal and neither `NO_COLOR` nor `TERM=dumb` says otherwise. */
export function coloursFor(
  stream: ProgressStream,
  environment: Terminal["environment"],
): ReturnType<typeof picocolors.createColors> {
  const wanted =
    stream.isTTY === true &&
    (environment["NO_COLOR"] ?? "") === "" &&
    environment["TERM"] !== "dumb";
  return picocolors.createColors(wanted);
}

/** Writes one line of a result. */
export function printLine(terminal: Terminal, line: string): void {
  terminal.out.write(`${line}\n`);
}

/** Writes a result for programs: one JSON document. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Tells the person something that is no result. */
export function warn(terminal: Terminal, message: string): void {
  terminal.error.write(
    `${coloursFor(terminal.error, terminal.environment).yellow("!")} ${message}\n`,
  );
}
