import { connect, type Connection, type ConnectionOptions } from "./connection.js";
import { exitCodes, type ExitCode } from "./exit-codes.js";
import type { Terminal } from "./terminal.js";

/** What a command is given besides its own options, and where it leaves how it ended. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Aborts at the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  exitCode: ExitCode;
}

export function commandContext(terminal: Terminal, signal: AbortSignal): CommandContext {
  return { terminal, signal, exitCode: exitCodes.done };
}

/** Runs a piece of work with a client that is closed whatever happens. */
export async function withConnection<Result>(
  context: CommandContext,
  options: ConnectionOptions,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(options, context.terminal);
  try {
    return await work(connection);
  } finally {
    await connection.client.close();
  }
}
