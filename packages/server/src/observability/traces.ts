/** OpenTelemetry traces over OTLP/HTTP, when a collector is configured. */
import type { ExportResultCode } from "@opentelemetry/core";
import type { SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { FastifyRequest } from "fastify";
import type { Observation } from "./observation.js";

/** The spans of one server. */
export interface Traces {
  /** Starts the span of a request, below the caller's where its `traceparent` header names one. */
  started(request: FastifyRequest, observation: Observation): void;
  answered(observation: Observation, status: number): void;
  /** Sends what is not yet sent, if the collector is there. */
  close(): Promise<void>;
}

/** Tells once that spans do not arrive and once that they do again: the sender itself drops them without a word. */
function reportingExporter(
  exporter: SpanExporter,
  success: ExportResultCode,
  report: (line: string) => void,
): SpanExporter {
  let arriving = true;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const arrived = result.code === success;
        if (arrived !== arriving)
          report(
            arrived
              ? "traces arrive again"
              : `traces do not arrive: ${result.error?.message ?? "the collector refused them"}`,
          );
        arriving = arrived;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

/**
 * Milliseconds in which a collector must take spans, unless OpenTelemetry's variable says otherwise. The end of a server waits
 * so long for one that is dead, and who ends servers kills them after ten seconds.
 */
const patience = 3000;
const timeoutVariables = ["OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"];

/**
 * @param endpoint the collector's base address, such as `http://127.0.0.1:4318`. Headers, the service's name and further
 * attributes are taken from OpenTelemetry's own variables (`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_SERVICE_NAME`, …).
 * @param report where it is told that the collector cannot be reached.
 */
export async function createTraces(
  endpoint: string,
  version: string,
  report: (line: string) => void,
): Promise<Traces> {
  // Loaded only where a collector is configured: everyone else pays neither time nor memory for it.
  const [api, core, resources, sdk, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/core"),
    import("@opentelemetry/resources"),
    import("@opentelemetry/sdk-trace-base"),
    import("@opentelemetry/exporter-trace-otlp-http"),
  ]);
  const provider = new sdk.BasicTracerProvider({
    resource: resources
      .resourceFromAttributes({ "service.name": "mien", "service.version": version })
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [
      new sdk.BatchSpanProcessor(
        reportingExporter(
          new OTLPTraceExporter({
            url: tracesAddress(endpoint),
            ...(timeoutVariables.some((name) => process.env[name] !== undefined)
              ? {}
              : { timeoutMillis: patience }),
          }),
          core.ExportResultCode.SUCCESS,
          report,
        ),
      ),
    ],
  });
  const tracer = provider.getTracer("mien", version);
  const propagator = new core.W3CTraceContextPropagator();
  const spans = new WeakMap<Observation, ReturnType<typeof tracer.startSpan>>();

  return {
    started(request, observation) {
      const { operation } = observation;
      // Pages and probes would only bury what matters.
      if (operation === "other") return;
      const parent = propagator.extract(
        api.ROOT_CONTEXT,
        request.headers,
        api.defaultTextMapGetter,
      );
      spans.set(
        observation,
        tracer.startSpan(
          `POST /face/{version}/${operation}`,
          {
            kind: api.SpanKind.SERVER,
            attributes: {
              "http.request.method": request.method,
              "http.route": `/face/{version}/${operation}`,
              "mien.request_id": observation.requestId,
            },
          },
          parent,
        ),
      );
    },
    answered(observation, status) {
      const span = spans.get(observation);
      if (span === undefined) return;
      const { stages, faces, tenant, error } = observation;
      span.setAttributes({
        "http.response.status_code": status,
        ...(tenant === undefined ? {} : { "mien.tenant": tenant }),
        ...(faces === undefined ? {} : { "mien.faces": faces }),
        ...(error === undefined ? {} : { "error.type": error.key }),
      });
      if (status >= 500) span.setStatus({ code: api.SpanStatusCode.ERROR });
      // The worker's clock is its own, but it answers when the last stage ends, which is about now.
      const laps = Object.entries(stages ?? {});
      const start =
        Date.now() - Math.max(0, ...laps.map(([, lap]) => lap.begin + lap.milliseconds));
      const within = api.trace.setSpan(api.ROOT_CONTEXT, span);
      for (const [stage, { begin, milliseconds }] of laps)
        tracer
          .startSpan(stage, { startTime: start + begin }, within)
          .end(start + begin + milliseconds);
      span.end();
    },
    // What could not be sent has been told; it is no reason to end with a fault.
    close: () => provider.shutdown().catch(() => undefined),
  };
}

/** Below the base address; what a query there says, a token say, is kept. */
export function tracesAddress(endpoint: string): string {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/v1/traces`;
  return url.href;
}
