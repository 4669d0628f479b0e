import { insecureConnectionCode, isRestError } from "@mien/client";
import { messageOf } from "@mien/server/message-of";
import { CommanderError } from "commander";
import { exitCodes, type ExitCode } from "./exit-codes.js";

/** A failure whose message is meant for the person at the terminal, without a stack. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly code: string;
  constructor(
    message: string,
    readonly exitCode: ExitCode,
    /** `code` is what programs may tell it by, if there is more to tell than that it failed. */
    options?: ErrorOptions & { readonly code?: string },
  ) {
    super(message, options);
    this.code = options?.code ?? "failure";
  }
}

/** A failure as the terminal and `--json` show it. */
export interface DescribedFailure {
  /** The service's error code, the system's (`ENOENT`), the command's own (`noFace`), `failure` or `internal`. */
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** Failures of the rooms below that say themselves what to do; by name, for not every command loads those rooms. */
const namedFailures: Readonly<Record<string, ExitCode>> = {
  SettingError: exitCodes.usage,
  StoreSettingError: exitCodes.usage,
  BackupError: exitCodes.refused,
  StoreUnavailableError: exitCodes.unavailable,
};

/** Reads what went wrong out of anything that was thrown. */
export function describeFailure(error: unknown): DescribedFailure {
  if (error instanceof CommandFailure) {
    return { code: error.code, message: error.message, exitCode: error.exitCode };
  }
  const named = error instanceof Error ? namedFailures[error.name] : undefined;
  if (named !== undefined) {
    return { code: "failure", message: (error as Error).message, exitCode: named };
  }
  if (error instanceof CommanderError) {
    // Help and version end by the same way as a wrong option does.
    return {
      code: error.code,
      message: error.message,
      exitCode: error.exitCode === 0 ? exitCodes.done : exitCodes.usage,
    };
  }
  if (isRestError(error) && error.code === insecureConnectionCode) {
    return {
      code: "failure",
      message:
        "over plain http, anyone on the network could read the key: use https, or a service on this machine",
      exitCode: exitCodes.usage,
    };
  }
  if (isRestError(error)) return describeRestError(error);
  if (error instanceof Error && error.name === "AbortError") {
    return { code: "interrupted", message: "interrupted", exitCode: exitCodes.interrupted };
  }
  if (isSystemError(error)) {
    return { code: error.code, message: systemMessage(error), exitCode: exitCodes.refused };
  }
  return { code: "internal", message: messageOf(error), exitCode: exitCodes.internal };
}

function describeRestError(error: {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message: string;
}): DescribedFailure {
  const { statusCode, message } = error;
  const code = error.code ?? String(statusCode ?? "internal");
  if (statusCode === undefined) {
    return {
      code,
      message: `no answer from the service: ${message}`,
      exitCode: exitCodes.unavailable,
    };
  }
  // What a service does not offer is refused with 403 too, whoever asks.
  if (statusCode === 401 || (statusCode === 403 && code !== "UnsupportedFeature")) {
    return { code, message, exitCode: exitCodes.credential };
  }
  if (statusCode >= 500 || statusCode === 429 || statusCode === 408) {
    return { code, message, exitCode: exitCodes.unavailable };
  }
  return { code, message, exitCode: exitCodes.refused };
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === "string";
}

function systemMessage(error: NodeJS.ErrnoException & { code: string }): string {
  const path = error.path === undefined ? "" : `${error.path}: `;
  // What is no UTF-8 comes from the system with this sign in its place, and leads nowhere.
  if (error.code === "ENOENT" && path.includes("\ufffd"))
    return `${path}the name is not valid UTF-8, so the file cannot be opened: rename it`;
  const known: Record<string, string> = {
    ENOENT: "no such file or folder",
    EACCES: "permission denied",
    EEXIST: "already exists",
    EISDIR: "is a folder",
    ENOTDIR: "is not a folder",
    ENOSPC: "no space left on the device",
  };
  return `${path}${known[error.code] ?? error.message}`;
}
