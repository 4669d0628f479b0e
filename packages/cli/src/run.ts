import { CommanderError } from "commander";
import { commandContext } from "./command-context.js";
import type { ExitCode } from "./exit-codes.js";
import { describeFailure } from "./failure.js";
import { plainLines, plainText } from "./plain-text.js";
import { createProgram } from "./program.js";
import { coloursFor, printJson, type Terminal } from "./terminal.js";

/**
 * Runs one command line.
 * @param arguments_ what follows `mien`.
 * @returns the exit code; nothing is thrown.
 */
export async function run(
  arguments_: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const environment = arguments_.includes("--no-color")
    ? { ...terminal.environment, NO_COLOR: "1" }
    : terminal.environment;
  // Understood anywhere on the line, so that it need not be an option of each command.
  const words = arguments_.filter((word) => word !== "--no-color");
  const context = commandContext({ ...terminal, environment }, signal);
  try {
    await createProgram(context).parseAsync(words, { from: "user" });
    return context.exitCode;
  } catch (error) {
    const failure = describeFailure(error);
    // Commander has already said what is wrong with a command line.
    if (!(error instanceof CommanderError)) {
      // A program reads what came instead of a result where it would have read the result.
      if (words.includes("--json")) {
        const { code, message } = failure;
        printJson(terminal, { error: { code, message } });
      }
      const { red } = coloursFor(terminal.error, environment);
      terminal.error.write(`${red("mien:")} ${plainText(failure.message)}\n`);
      if (environment["MIEN_DEBUG"] === "1")
        terminal.error.write(`${plainLines((error as Error).stack ?? "")}\n`);
    }
    return failure.exitCode;
  }
}
