/** The HTTP server: routes, credentials, limits and headers around the operations of `@mien/service`. */
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import fastifyStatic from "@fastify/static";
import { readDetectParameters } from "@mien/contract/detect-parameters";
import { ContractError } from "@mien/contract/errors";
import { limits } from "@mien/contract/limits";
import {
  readFindSimilarBody,
  readGroupBody,
  readUrlBody,
  readVerifyBody,
} from "@mien/contract/request-bodies";
import { createLocalService, type LocalService } from "@mien/service/local-service";
import { modelReport } from "@mien/service/model-report";
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { servedVersion, type ServedVersion } from "./api-version.js";
import { knownKeys, tenantOf } from "./credentials.js";
import { createImageFetcher, type ImageFetcher } from "./image-fetcher.js";
import { ownKey } from "./key-file.js";
import { addObservability } from "./observability/observability.js";
import { observe } from "./observability/observation.js";
import { serverTiming } from "./observability/server-timing.js";
import { readSettings, type ServerSettings } from "./settings.js";
import { version as productVersion } from "./version.js";

export type CreateServerOptions = Partial<ServerSettings> & {
  /** Folder of the playground's built files. */
  readonly playgroundDirectory?: string;
  /** Where log lines go; default the error stream. */
  readonly logTo?: { write(line: string): void };
};

/** One call of an operation, checked for credentials and version. */
interface Call {
  readonly tenant: string;
  readonly version: ServedVersion;
  readonly query: URLSearchParams;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

type Operation = (
  call: Call,
) => Promise<{ body: unknown; timings?: Readonly<Record<string, number>> }>;

const jsonType = "application/json; charset=utf-8";

/** Content types without their parameters. */
function mediaType(request: FastifyRequest): string {
  return (request.headers["content-type"] ?? "").split(";", 1)[0]!.trim().toLowerCase();
}

function parseJson(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) throw new ContractError("bodyInvalid");
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new ContractError("jsonInvalid", { cause });
  }
}

function pictureBytes(body: unknown): Uint8Array {
  const picture = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  if (picture.length < limits.pictureBytes.minimum) throw new ContractError("imageTooSmall");
  if (picture.length > limits.pictureBytes.maximum) throw new ContractError("imageTooBig");
  return picture;
}

function operations(
  service: LocalService,
  fetcher: ImageFetcher | undefined,
  allowRetired: boolean,
): Readonly<Record<string, Operation>> {
  return {
    detect: async ({ tenant, version, query, request, reply }) => {
      const type = mediaType(request);
      if (type !== "application/octet-stream" && type !== "application/json")
        throw new ContractError("mediaTypeInvalid");
      const parameters = readDetectParameters(query, version.version, { allowRetired });
      const signal = disconnectSignal(reply);
      let picture: Uint8Array;
      if (type === "application/octet-stream") {
        picture = pictureBytes(request.body);
      } else {
        const url = readUrlBody(parseJson(request.body));
        if (fetcher === undefined) throw new ContractError("urlInvalid");
        picture = await fetcher.fetch(url, signal);
      }
      observe(request, { pictureBytes: picture.byteLength });
      const { faces, timings } = await service.operations.detect(
        tenant,
        picture,
        parameters,
        signal,
      );
      observe(request, { faces: faces.length, stages: timings });
      return { body: faces, timings };
    },
    verify: async ({ tenant, request }) => ({
      body: await service.operations.verify(tenant, readVerifyBody(jsonBody(request))),
    }),
    findsimilars: async ({ tenant, request }) => ({
      body: await service.operations.findSimilar(tenant, readFindSimilarBody(jsonBody(request))),
    }),
    group: async ({ tenant, request }) => ({
      body: await service.operations.group(tenant, readGroupBody(jsonBody(request))),
    }),
  };
}

function jsonBody(request: FastifyRequest): unknown {
  if (mediaType(request) !== "application/json") throw new ContractError("mediaTypeInvalid");
  return parseJson(request.body);
}

/** Aborts work that still waits when its caller is gone. */
function disconnectSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** What went wrong as a value of the contract. */
function contractError(error: unknown): ContractError {
  if (error instanceof ContractError) return error;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return new ContractError("imageTooBig", { cause: error });
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return new ContractError("mediaTypeInvalid");
  // Whatever else Fastify finds wrong with a request is the caller's doing.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new ContractError("bodyInvalid", { cause: error });
  return new ContractError("internal", { cause: error });
}

function sendError(reply: FastifyReply, error: ContractError): FastifyReply {
  observe(reply.request, { error, cause: error.details.cause });
  const retryAfter = error.details.retryAfterSeconds;
  if (retryAfter !== undefined) void reply.header("retry-after", String(retryAfter));
  return reply
    .code(error.status)
    .header("x-ms-error-code", error.code)
    .header("content-type", jsonType)
    .send(JSON.stringify(error.body));
}

/**
 * Makes the server, with its workers and its store, without listening: `listen` opens a socket, `inject` needs none.
 * @throws SettingError, StoreUnavailableError
 */
export async function createServer(options: CreateServerOptions = {}): Promise<FastifyInstance> {
  // A server inside another program says nothing of its own accord but what failed.
  const settings = { ...readSettings({}, {}), log: "error" as const, ...withoutUndefined(options) };
  mkdirSync(settings.dataDirectory, { recursive: true, mode: 0o700 });
  const keys = knownKeys(
    settings.apiKeys.length > 0 ? settings.apiKeys : [ownKey(settings.dataDirectory)],
  );
  const service = createLocalService({
    dataDirectory: settings.dataDirectory,
    ...(settings.workers === undefined ? {} : { workers: settings.workers }),
  });
  const fetcher = settings.urlInput ? createImageFetcher({ allow: settings.urlAllow }) : undefined;
  const table = operations(service, fetcher, settings.retiredAttributes);

  const app = fastify({
    // Fastify's own logger prints URLs, and so keys; the log of ./observability does not.
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: limits.pictureBytes.maximum + 1,
    requestTimeout: 60_000,
    forceCloseConnections: "idle",
    routerOptions: {
      ignoreDuplicateSlashes: true,
      caseSensitive: false,
      ignoreTrailingSlash: true,
    },
    frameworkErrors: (error, _request, reply) =>
      void sendError(reply as FastifyReply, contractError(error)),
    clientErrorHandler: (_error, socket) => {
      const body = JSON.stringify(new ContractError("bodyInvalid").body);
      if (socket.writable)
        socket.end(
          `HTTP/1.1 400 Bad Request\r\nContent-Type: ${jsonType}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
        );
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  await addObservability(app, {
    version: productVersion,
    log: settings.log,
    metrics: settings.metrics,
    traces: settings.traces,
    statistics: () => service.statistics(),
    ...(options.logTo === undefined ? {} : { logTo: options.logTo }),
  });
  app.addHook("onRequest", (request, reply, done) => {
    void reply
      .header("apim-request-id", request.id)
      .header("x-content-type-options", "nosniff")
      .header("strict-transport-security", "max-age=31536000; includeSubDomains; preload");
    done();
  });
  app.setErrorHandler((error, _request, reply) => {
    return sendError(reply, contractError(error));
  });
  app.setNotFoundHandler((_request, reply) => sendError(reply, new ContractError("routeNotFound")));

  const path = "/face/:version/:operation";
  app.all<{ Params: { version: string; operation: string } }>(
    path,
    {
      // Credentials and route are judged before a body is read.
      onRequest: (request, _reply, done) => {
        const { searchParams } = new URL(request.raw.url ?? "/", "http://localhost");
        try {
          tenantOf(request.headers, searchParams, keys);
          if (table[request.params.operation.toLowerCase()] === undefined)
            throw new ContractError("routeNotFound");
          if (request.method !== "POST") throw new ContractError("methodNotAllowed");
          servedVersion(request.params.version, settings.strict);
          done();
        } catch (error) {
          done(error as Error);
        }
      },
    },
    async (request, reply) => {
      const started = performance.now();
      const query = new URL(request.raw.url ?? "/", "http://localhost").searchParams;
      const version = servedVersion(request.params.version, settings.strict);
      const operation = table[request.params.operation.toLowerCase()]!;
      const tenant = tenantOf(request.headers, query, keys);
      observe(request, { tenant, apiVersion: version.version });
      const { body, timings } = await operation({ tenant, version, query, request, reply });
      if (version.warning !== undefined) void reply.header("warning", version.warning);
      return reply
        .header("server-timing", serverTiming(timings, performance.now() - started))
        .header("content-type", jsonType)
        .header("csp-billing-usage", "CognitiveServices.Face.Transaction=1")
        .header("x-envoy-upstream-service-time", String(Math.round(performance.now() - started)))
        .send(JSON.stringify(body));
    },
  );

  app.get("/healthz", (_request, reply) => reply.type(jsonType).send('{"status":"ok"}'));
  app.get("/readyz", async (_request, reply) => {
    await service.ready();
    return reply.type(jsonType).send('{"status":"ready"}');
  });

  const models = JSON.stringify(modelReport());
  app.get("/models", (_request, reply) => reply.type(jsonType).send(models));

  if (settings.playground && options.playgroundDirectory !== undefined)
    await app.register(fastifyStatic, {
      root: options.playgroundDirectory,
      setHeaders: (response) => {
        void response.header(
          "content-security-policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        );
        void response.header("referrer-policy", "no-referrer");
      },
    });

  app.addHook("onClose", async () => {
    await service.close();
    await fetcher?.close();
  });
  return app;
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as T;
}
