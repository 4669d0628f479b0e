/** Metrics, logs and traces of a server: everything that watches the requests and takes no part in them. */
import { serviceRoutes } from "@mien/contract/service-routes";
import type { LocalServiceStatistics } from "@mien/service/local-service";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { DestinationStream } from "pino";
import type { LogLevel, MetricsAudience } from "./choices.js";
import { standardLogDestination } from "./log-destination.js";
import { createMetrics } from "./metrics.js";
import { startObservation } from "./observation.js";
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

  app.addHook("onRequest", (request, reply, done) => {
    const observation = startObservation(request);
    metrics.started();
    traces?.started(request, observation);
    let finished = false;
    const finish = (status: number): void => {
      if (finished) return;
      finished = true;
      const milliseconds = performance.now() - observation.started;
      metrics.answered(observation, status, milliseconds);
      log.answered(observation, status, milliseconds);
      traces?.answered(observation, status);
    };
    reply.raw.once("finish", () => finish(reply.statusCode));
    // The caller has gone before the answer: 499, as in nginx.
    reply.raw.once("close", () => finish(499));
    done();
  });
  app.addHook("onClose", async () => traces?.close());

  if (options.metrics !== "off")
    app.get(serviceRoutes.readMetrics.path, async (request, reply) => {
      if (options.metrics === "local" && !isDirectAndLocal(request)) {
        reply.callNotFound();
        return reply;
      }
      return reply.type(metrics.contentType).send(await metrics.text());
    });
}

/** Whether the caller is on this machine and nobody's proxy. */
function isDirectAndLocal(request: FastifyRequest): boolean {
  const address = request.socket.remoteAddress ?? "";
  const forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].some(
    (name) => request.headers[name] !== undefined,
  );
  return !forwarded && /^(?:::ffff:)?127\.|^::1$/.test(address);
}
