/** What is known of one request while it is answered. Metrics, logs and traces read nothing else. */
import { randomUUID } from "node:crypto";
import { operationTable } from "@mien/contract/operations";
import type { DetectionAnswer } from "@mien/service/detect-faces";
import type { FastifyRequest } from "fastify";
import { isPreflight } from "../door/web-pages.js";

/** When each stage of a picture's analysis ran; those beside each other overlap. */
export type StageTimes = DetectionAnswer["timings"];

/**
 * Holds nothing that must not be logged: no URL, header, body, picture or embedding ever gets in here, so none can
 * get out.
 */
export interface Observation {
  readonly requestId: string;
  /** The operation, `other` for every path that is none. */
  readonly operation: ObservedOperation;
  /** `performance.now()` when its head was read. */
  readonly started: number;
  tenant?: string;
  apiVersion?: string;
  /** Bytes of the picture. */
  pictureBytes?: number;
  /** Faces that were answered. */
  faces?: number;
  stages?: StageTimes;
  /** The error catalogue's key and code; absent where the answer is none. */
  error?: { readonly key: string; readonly code: string };
  /** Why, in a word, where the error's code does not tell; see `ContractError`. */
  reason?: string;
  /** What went wrong inside, for the log of faults. */
  cause?: unknown;
}

/** In place of a status, as in nginx, where the caller has gone before the answer. */
export const callerGone = 499;

const observedOperations = Object.values(operationTable).map(({ path }) => path);
type ObservedOperation = (typeof observedOperations)[number] | "other";

const observations = new WeakMap<object, Observation>();

/** Starts the observation of a request; `request.id` is its id. */
export function startObservation(request: FastifyRequest): Observation {
  const observation: Observation = {
    requestId: request.id,
    // A browser's question before a call is none.
    operation: isPreflight(request.raw) ? "other" : operationOf(request.raw.url ?? ""),
    started: performance.now(),
  };
  observations.set(request.raw, observation);
  return observation;
}

/** What is known of what came in place of a request. */
export function unreadRequest(): Observation {
  return { requestId: randomUUID(), operation: "other", started: performance.now() };
}

/** Adds to what is known of a request. */
export function observe(
  request: FastifyRequest,
  facts: Partial<Omit<Observation, "requestId" | "operation" | "started">>,
): void {
  const observation = observations.get(request.raw);
  if (observation !== undefined) Object.assign(observation, facts);
}

/**
 * A closed list, so that what strangers ask for cannot fill the metrics with names of their own. The address is read as
 * the router reads it: whole, in escapes and with any slashes, for what is answered must not go by unseen.
 */
export function operationOf(url: string): ObservedOperation {
  const path = unescaped(url.replace(/^https?:\/\/[^/?#]*/i, "").split(/[?#]/, 1)[0]!);
  const word = /^\/+face\/+[^/]+\/+([a-z]+)\/*$/i.exec(path)?.[1]?.toLowerCase();
  return observedOperations.find((operation) => operation === word) ?? "other";
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
