/**
 * What a server tells about itself beside the operations: routing and the OpenAPI document follow it. The playground's
 * files are no part of it: they are the page of a browser and not for programs.
 */
import { mediaTypes } from "./operations.js";

/** A route of the server that is not an operation of the Face API. It is called with GET and needs no credential. */
export interface ServiceRoute {
  readonly path: string;
  readonly summary: string;
  readonly mediaType: string;
  /** JSON schema of the answer. */
  readonly schema: Readonly<Record<string, unknown>>;
}

const status = {
  type: "object",
  properties: { status: { type: "string" } },
  required: ["status"],
};

/** The routes that tell about the server itself. */
export const serviceRoutes = {
  isAlive: {
    path: "/healthz",
    summary: "Whether the process is running",
    mediaType: mediaTypes.json,
    schema: status,
  },
  isReady: {
    path: "/readyz",
    summary: "Whether every worker has loaded its models; answers once they have",
    mediaType: mediaTypes.json,
    schema: status,
  },
  listModels: {
    path: "/models",
    summary: "The models and their error rates",
    mediaType: mediaTypes.json,
    schema: { type: "object" },
  },
  describe: {
    path: "/openapi.json",
    summary: "This document",
    mediaType: mediaTypes.json,
    schema: { type: "object" },
  },
  readMetrics: {
    path: "/metrics",
    summary: "Metrics in Prometheus' text format, for the callers that MIEN_METRICS allows",
    mediaType: "text/plain",
    schema: { type: "string" },
  },
} as const satisfies Record<string, ServiceRoute>;
