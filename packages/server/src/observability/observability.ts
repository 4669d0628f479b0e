/** Metrics, logs and traces of a server: everything that watches the requests and takes no part in them. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { ContractError } from "@mien/contract/errors";
import { serviceRoutes } from "@mien/contract/service-routes";
import type { LocalServiceStatistics } from "@mien/service/local-service";
import type { FastifyInstance } from "fastify";
import type { DestinationStream } from "pino";
import { brokenRequestError } from "../broken-requests.js";
import type { LogLevel, MetricsAudience } from "./choices.js";
import { isDirectAndLocal } from "./local-callers.js";
import { standardLogDestination } from "./log-destination.js";
import { createMetrics } from "./metrics.js";
import { callerGone, type Observation, startObservation, unreadRequest } from "./observation.js";
import { createRequestLog } from "./request-log.js";
import { createTraces } from "./traces.js";

/** What is watched, and who is told. */
export interface ObservabilityOptions {
  readonly version: string;
  readonly log: LogLevel;
  readonly metrics: MetricsAudience;
  /** An OTLP/HTTP collector's base address; empty: no traces. */
  readonly traces: string;
  readonly statistics: () => Promise<LocalServiceStatistics>;
  /** Where it is told that traces do not arrive. */
  readonly report: (line: string) => void;
  /** Default: the error stream. */
  readonly logTo?: DestinationStream;
}

/** A request that may not have come whole. */
interface Arriving {
  readonly message: IncomingMessage;
  fail(error: ContractError): void;
}

/** Hooks it all to a server. Routes and handlers add what they know by `observe`. */
export async function addObservability(
  app: FastifyInstance,
  options: ObservabilityOptions,
): Promise<void> {
  const metrics = createMetrics(options.statistics);
  const log = createRequestLog(options.log, options.logTo ?? standardLogDestination());
  const traces =
    options.traces === ""
      ? undefined
      : await createTraces(options.traces, options.version, options.report);

  const answered = (observation: Observation, status: number): void => {
    const milliseconds = performance.now() - observation.started;
    metrics.answered(observation, status, milliseconds);
    log.answered(observation, status, milliseconds);
    traces?.answered(observation, status);
  };
  /** The newest request of each connection. */
  const newest = new WeakMap<Socket, Arriving>();

  app.addHook("onRequest", (request, reply, done) => {
    const observation = startObservation(request);
    metrics.started();
    traces?.started(request, observation);
    let finished = false;
    const finish = (status: number): void => {
      if (finished) return;
      finished = true;
      answered(observation, status);
    };
    reply.raw.once("finish", () => finish(reply.statusCode));
    reply.raw.once("close", () => finish(callerGone));
    newest.set(request.raw.socket, {
      message: request.raw,
      fail(error) {
        observation.error = error;
        finish(error.status);
      },
    });
    done();
  });
  app.server.prependListener("clientError", (cause: Error, socket: Socket) => {
    const error = brokenRequestError(cause, socket);
    if (error === undefined) return;
    const last = newest.get(socket);
    if (last?.message.complete === false) {
      last.fail(error);
      return;
    }
    metrics.started();
    answered({ ...unreadRequest(), error }, error.status);
  });
  app.addHook("onClose", async () => traces?.close());

  if (options.metrics !== "off")
    app.get(serviceRoutes.readMetrics.path, async (request, reply) => {
      if (options.metrics === "local" && !isDirectAndLocal(request.raw)) {
        reply.callNotFound();
        return reply;
      }
      return reply.type(metrics.contentType).send(await metrics.text());
    });
}
