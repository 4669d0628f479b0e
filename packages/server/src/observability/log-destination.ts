/** Where log lines go: as they are to whatever collects them, in short to a person at a terminal. */
import { pino, type DestinationStream } from "pino";

interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly requestId: string;
  readonly operation: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly faces?: number;
  readonly error?: string;
  readonly reason?: string;
  readonly cause?: string;
  readonly at?: readonly string[];
}

/** Bytes of lines that wait for a disk to have room again; what comes beyond them is lost. */
const mostWaiting = 1024 * 1024;

/** The error stream: results and the line that says where the server listens stay alone on the other one. */
export function standardLogDestination(): DestinationStream {
  if (process.stderr.isTTY)
    return { write: (line) => void process.stderr.write(readableLine(line)) };
  const destination = pino.destination({ dest: 2, sync: true, maxLength: mostWaiting });
  // A log that cannot be written, on a full disk say, must not end the server. Each line tries again.
  destination.on("error", () => undefined);
  return destination;
}

/** One line, and three more of where a fault happened. @param json a line of the log. */
export function readableLine(json: string): string {
  const line = JSON.parse(json) as LogLine;
  const { time, operation, status, faces, error, reason, milliseconds, requestId, cause, at } =
    line;
  const said = [
    time.slice(11, 19),
    operation.padEnd(12),
    String(status),
    `${milliseconds.toFixed(0)} ms`.padStart(8),
    ...(faces === undefined ? [] : [faces === 1 ? "1 face" : `${faces} faces`]),
    ...(error === undefined ? [] : [error]),
    ...(reason === undefined ? [] : [reason]),
    ...(cause === undefined ? [] : [cause]),
    `(${requestId})`,
    ...(at ?? []).slice(0, 3).map((place) => `\n         ${place}`),
  ];
  return `${said.join(" ")}\n`;
}
