/** Structured logs: one JSON line for each request, with its id and nothing of what was sent. */
import { type DestinationStream, pino } from "pino";
import type { LogLevel } from "./choices.js";
import type { Observation, StageTimes } from "./observation.js";

/** The log of one server. */
export interface RequestLog {
  answered(observation: Observation, status: number, milliseconds: number): void;
}

/** Statuses that tell of a fault or a lack of this server, not of its caller's request. */
const faultStatus = 500;

/**
 * At `error` only what failed inside is written; at `info` also a line for each call of an operation, and for whatever
 * else is refused: operations that are not served, say; at `debug` one for everything (pages, probes).
 */
export function createRequestLog(level: LogLevel, destination: DestinationStream): RequestLog {
  const logger = pino(
    {
      level: level === "off" ? "silent" : level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    answered(observation, status, milliseconds) {
      const { requestId, operation, tenant, apiVersion, faces, stages, error, reason, cause } =
        observation;
      const line = {
        requestId,
        operation,
        status,
        milliseconds: rounded(milliseconds),
        ...(tenant === undefined ? {} : { tenant }),
        ...(apiVersion === undefined ? {} : { apiVersion }),
        ...(observation.pictureBytes === undefined
          ? {}
          : { pictureBytes: observation.pictureBytes }),
        ...(faces === undefined ? {} : { faces }),
        ...(stages === undefined ? {} : { stages: roundedAll(stages) }),
        ...(error === undefined ? {} : { error: error.key, code: error.code }),
        ...(reason === undefined ? {} : { reason }),
      };
      if (status >= faultStatus)
        logger.error({ ...line, ...(cause === undefined ? {} : fault(cause)) }, "failed");
      else if (operation === "other" && error === undefined) logger.debug(line, "answered");
      else logger.info(line, "answered");
    },
  };
}

/** A fault with those that led to it, and where it happened. Faults are of this server: none quotes what was sent. */
function fault(error: unknown): { cause: string; at?: readonly string[] } {
  const said: string[] = [];
  let place: string[] = [];
  for (let link = error; link !== undefined && said.length < 5;) {
    if (!(link instanceof Error)) {
      said.push(typeof link);
      break;
    }
    said.push(`${link.name}: ${link.message.slice(0, 300)}`);
    place = (link.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
    link = link.cause;
  }
  return { cause: said.join(", by "), at: place.slice(0, 8).map((line) => line.trim()) };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

function roundedAll(stages: StageTimes): Record<string, number> {
  return Object.fromEntries(
    Object.entries(stages).map(([name, { milliseconds }]) => [name, rounded(milliseconds)]),
  );
}
