import picocolors from "picocolors";
import { plainJson, plainLines, plainText } from "./plain-text.js";
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

/** Writes a result for people, a line or several. */
export function printLine(terminal: Terminal, line: string): void {
  terminal.out.write(`${plainLines(line)}\n`);
}

/** Writes a result for programs: one JSON document. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out.write(`${plainJson(value)}\n`);
}

/** Tells the person something that is no result. */
export function warn(terminal: Terminal, message: string): void {
  terminal.error.write(
    `${coloursFor(terminal.error, terminal.environment).yellow("!")} ${plainText(message)}\n`,
  );
}
