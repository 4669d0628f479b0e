/** The HTTP server: its parts, put together. What a call passes is in `face-pipeline.ts`. */
import { randomUUID } from "node:crypto";
import { Server as TlsServer } from "node:https";
import { createLocalService } from "@mien/service/local-service";
import { fastify, type FastifyInstance, type FastifyServerOptions } from "fastify";
import { Admission } from "./door/admission.js";
import { hasConfiguredCredentials, openDoor } from "./door/open-door.js";
import { RateLimiter } from "./door/rate-limiter.js";
import type { Reloading } from "./door/reloading.js";
import { readTls } from "./door/tls.js";
import { answerBrokenRequest, answerOddRequests } from "./broken-requests.js";
import { endAfterBodies } from "./early-answers.js";
import {
  refuseByHead,
  contractError,
  passUnroutable,
  sendError,
  whyNotFound,
} from "./error-answers.js";
import { judgeBeforeBodies } from "./expectations.js";
import { faceHandlers } from "./face-handlers.js";
import { addFacePipeline } from "./face-pipeline.js";
import { endUntakenAnswers, tellAnswersOfLostConnections } from "./lost-connections.js";
import { addObservability } from "./observability/observability.js";
import { makeFolder } from "./make-folder.js";
import { endConnectionsWithAnswers, longestAnswer, refuseCallsAfterEnd } from "./orderly-end.js";
import { addPlayground, addServiceRoutes } from "./service-routes.js";
import { SettingError } from "./setting-error.js";
import { readSettings, type ServerSettings } from "./settings.js";
import type { ResolveName } from "./url-input/checked-lookup.js";
import { createImageFetcher } from "./url-input/image-fetcher.js";
import { version } from "./version.js";

/**
 * Settings, and what only programs can give. An absent setting has the default of `setting-rows.ts`, except that only failures
 * are logged.
 */
export type CreateServerOptions = Partial<ServerSettings> & {
  /** Folder of the playground's built files. */
  readonly playgroundDirectory?: string;
  /** Where log lines go; default the error stream. */
  readonly logTo?: { write(line: string): void };
  /** Where it is told, a line each, what an operator should know; default the error stream. */
  readonly report?: (line: string) => void;
  /** Who turns the names in pictures' URLs into addresses; default the machine's resolver and the DNS. */
  readonly resolveName?: ResolveName;
  /** Where keys and certificates are to be read again; absent, they are read once. */
  readonly reloading?: Reloading;
};

/** What a stranger may cost before a call has begun. */
const httpLimits = {
  maxHeaderSize: 16_384,
  /** Milliseconds in which the headers must have come, over TLS those of its handshake before; then the whole request. */
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  /** Milliseconds between two looks for connections that are too slow. */
  connectionsCheckingInterval: 2000,
  /** Connections at once; each idle one costs a few KB. */
  maxConnections: 2048,
} as const;

/** Calls that wait for each worker when nothing else is set. */
const defaultQueuePerWorker = 64;

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
 * Makes the server, with its workers and its store, without listening: `listen` opens a socket, `inject` needs none.
 * @throws SettingError, StoreUnavailableError
 */
export async function createServer(options: CreateServerOptions = {}): Promise<FastifyInstance> {
  // A server inside another program says nothing of its own accord but what failed.
  const settings = { ...readSettings({}, {}), log: "error" as const, ...withoutUndefined(options) };
  const report = options.report ?? ((line: string): void => console.error(`mien: ${line}`));
  // With faces in Redis and keys of the operator's nothing is kept there, and a container may have no place to write.
  if (settings.storeUrl === "" || !hasConfiguredCredentials(settings))
    makeDataDirectory(settings.dataDirectory);
  const credentials = openDoor(settings, options.reloading);
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
    options.reloading?.add("certificate", [tls.certificate, tls.key], () => {
      const material = readTls(tls, report);
      if (app.server instanceof TlsServer) app.server.setSecureContext(material);
    });

  const queueLimit = settings.queueLimit ?? settings.workers * defaultQueuePerWorker;
  const service = await createLocalService({ ...settings, queueLimit, report });
  const fetcher = settings.urlInput
    ? createImageFetcher({
        allow: settings.urlAllow,
        ...(options.resolveName === undefined ? {} : { resolve: options.resolveName }),
      })
    : undefined;
  const close = async (): Promise<void> => {
    await service.close();
    await fetcher?.close();
  };
  try {
    await addObservability(app, {
      version,
      log: settings.log,
      metrics: settings.metrics,
      traces: settings.traces,
      statistics: () => service.statistics(),
      report,
      ...(options.logTo === undefined ? {} : { logTo: options.logTo }),
    });
    addFacePipeline(app, {
      credentials,
      rateLimiter:
        settings.rateLimit === undefined ? undefined : new RateLimiter(settings.rateLimit),
      admission: new Admission(
        queueLimit,
        () => credentials.tokens !== undefined || credentials.keys.tenants > 1,
      ),
      handlers: faceHandlers({
        service: service.operations,
        fetcher,
        allowRetired: settings.retiredAttributes,
      }),
      strict: settings.strict,
      origins: settings.origins,
    });
    refuseCallsAfterEnd(app);
    refuseByHead(app);
    addServiceRoutes(app, service);
    if (settings.playground && options.playgroundDirectory !== undefined)
      await addPlayground(app, options.playgroundDirectory);
  } catch (error) {
    // Nobody gets a server that could be closed.
    await close();
    throw error;
  }
  app.addHook("onClose", close);
  return app;
}

/** @throws SettingError */
function makeDataDirectory(path: string): void {
  try {
    makeFolder(path, 0o700);
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    throw new SettingError(`MIEN_DATA_DIR: the folder ${path} cannot be made (${code})`, { cause });
  }
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as T;
}
