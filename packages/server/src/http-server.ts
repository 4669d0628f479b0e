/** The HTTP server before anything is served: its limits, its certificate, and how connections are answered and ended. */
import { randomUUID } from "node:crypto";
import { Server as TlsServer } from "node:https";
import { limits } from "@mien/contract/limits";
import { fastify, type FastifyInstance, type FastifyServerOptions } from "fastify";
import { answerBrokenRequest, answerOddRequests } from "./broken-requests.js";
import type { Reloading } from "./door/reloading.js";
import { readTls } from "./door/tls.js";
import { endAfterBodies } from "./early-answers.js";
import { contractError, passUnroutable, sendError, whyNotFound } from "./error-answers.js";
import { judgeBeforeBodies } from "./expectations.js";
import { endUntakenAnswers, tellAnswersOfLostConnections } from "./lost-connections.js";
import { endConnectionsWithAnswers, longestAnswer } from "./orderly-end.js";
import type { ServerSettings } from "./settings.js";

/** What a stranger may cost before a call has begun. */
const httpLimits = {
  maxHeaderSize: limits.headBytes,
  /** Milliseconds in which the headers must have come, over TLS those of its handshake before; then the whole request. */
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  /** Milliseconds between two looks for connections that are too slow. */
  connectionsCheckingInterval: 2000,
  /** Connections at once; each idle one costs a few KB. */
  maxConnections: 2048,
} as const;

function serverOptions(
  settings: ServerSettings,
  app: () => FastifyInstance,
  report: (line: string) => void,
): FastifyServerOptions {
  const tls = settings.tls === undefined ? undefined : readTls(settings.tls, report);
  const http = {
    maxHeaderSize: httpLimits.maxHeaderSize,
    headersTimeout: httpLimits.headersTimeout,
    connectionsCheckingInterval: httpLimits.connectionsCheckingInterval,
    // Node would answer a request without a host by itself, and not in JSON; `refuseByHead` does it.
    requireHostHeader: false,
  };
  return {
    // Fastify's own logger prints URLs, and so keys; the log of ./observability does not.
    logger: false,
    genReqId: () => randomUUID(),
    requestTimeout: httpLimits.requestTimeout,
    forceCloseConnections: "idle",
    // Its answer would be none of the contract; ./orderly-end refuses what comes too late.
    return503OnClosing: false,
    routerOptions: {
      ignoreDuplicateSlashes: true,
      caseSensitive: false,
      ignoreTrailingSlash: true,
      maxParamLength: 1000,
    },
    frameworkErrors: (error, request, reply) =>
      passUnroutable(error, request.raw, reply.raw, app()),
    clientErrorHandler: answerBrokenRequest,
    ...(tls === undefined
      ? { http }
      : { https: { ...http, ...tls, handshakeTimeout: httpLimits.headersTimeout } }),
  };
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => sendError(reply, contractError(error)));
  app.setNotFoundHandler((request, reply) => sendError(reply, whyNotFound(request.raw)));
}

/**
 * Makes it, without listening. Whatever is thrown in it is answered as a value of the contract.
 * @param reloading where the certificate is to be read again; absent, it is read once.
 * @throws SettingError
 */
export function createHttpServer(
  settings: ServerSettings,
  report: (line: string) => void,
  reloading: Reloading | undefined,
): FastifyInstance {
  const app: FastifyInstance = fastify(serverOptions(settings, () => app, report));
  app.server.maxConnections = httpLimits.maxConnections;
  // Node would drop lines beyond some thousand in silence: a body's length, which counts, or a key. Their bytes are limited.
  app.server.maxHeadersCount = 0;
  app.removeAllContentTypeParsers();
  answerErrors(app);
  answerOddRequests(app);
  judgeBeforeBodies(app);
  tellAnswersOfLostConnections(app);
  endUntakenAnswers(app);
  endAfterBodies(app);
  endConnectionsWithAnswers(app, longestAnswer(settings));
  const { tls } = settings;
  if (tls !== undefined)
    reloading?.add("certificate", [tls.certificate, tls.key], () => {
      const material = readTls(tls, report);
      if (app.server instanceof TlsServer) app.server.setSecureContext(material);
    });
  return app;
}
