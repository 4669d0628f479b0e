/**
 * The error stream of a program of its own, where it is a pipe or a socket. Whoever reads it may stop to: a pager, a terminal
 * that is held, a collector or a journal that hangs. A write that waits for him would stop the server with him, so none does.
 */
import { constants, fstatSync, openSync } from "node:fs";
import { Socket } from "node:net";
import { setTimeout as after } from "node:timers/promises";

/** Writes to the error stream without ever waiting for its reader. */
export interface ErrorLines {
  /** Writes a line, or loses it where too many wait for the reader, or there is none. */
  write(line: string): void;
  /** Gives the reader a moment for what still waits. @returns whether nothing is left that would hold the process. */
  end(): Promise<boolean>;
}

/** Bytes of lines that wait for the reader; what comes beyond them is lost. */
const mostWaiting = 1024 * 1024;
/** Milliseconds. */
const patienceAtTheEnd = 1000;

/** @returns nothing where the error stream is neither, or is a pipe that must not be opened anew. */
export function openErrorLines(): ErrorLines | undefined {
  let pipe = openPipe() ?? ownSocket();
  if (pipe === undefined) return undefined;
  let lost = 0;
  const tell = (): void => {
    if (lost > 0) pipe?.write(`mien: ${lost} lines are lost: nobody read the error stream\n`);
    lost = 0;
  };
  const watch = (stream: Socket): Socket =>
    stream
      .on("drain", tell)
      // A reader who is gone takes his lines with him, and nothing else.
      .on("error", () => undefined)
      .once("close", () => (pipe = undefined));
  watch(pipe);
  return {
    write(line) {
      if (pipe === undefined) {
        const again = openPipe();
        // A pipe that has a name may have found another reader.
        pipe = again === undefined ? undefined : watch(again);
        if (pipe !== undefined) tell();
      }
      if (pipe === undefined || pipe.writableLength + line.length > mostWaiting) lost++;
      else pipe.write(line);
    },
    async end() {
      const deadline = performance.now() + patienceAtTheEnd;
      // What decoders said, and Node itself, waits in the error stream that was inherited.
      const waits = (): boolean =>
        (pipe?.writableLength ?? 0) > 0 || process.stderr.writableLength > 0;
      while (waits() && performance.now() < deadline) await after(10);
      if (pipe !== process.stderr) pipe?.destroy();
      return process.stderr.writableLength === 0;
    },
  };
}

/** Opened anew, so that it can be told not to wait: what was inherited is shared with those who count on it to wait. */
function openPipe(): Socket | undefined {
  try {
    if (process.platform !== "linux" || !fstatSync(2).isFIFO()) return undefined;
    const descriptor = openSync("/proc/self/fd/2", constants.O_WRONLY | constants.O_NONBLOCK);
    return new Socket({ fd: descriptor, readable: false, writable: true }).unref();
  } catch {
    // Nobody reads it, or it belongs to another user.
    return undefined;
  }
}

/**
 * No socket can be opened anew, but Node has told this one not to wait, and nobody else writes to it: the decoders have error
 * streams of their own.
 */
function ownSocket(): Socket | undefined {
  try {
    return process.platform === "linux" && fstatSync(2).isSocket() ? process.stderr : undefined;
  } catch {
    return undefined;
  }
}
