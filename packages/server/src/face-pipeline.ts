/**
 * What every call of the Face API passes, in this order. Everything up to the body's announced length is judged before
 * a byte of the body is read.
 */
import type { IncomingMessage } from "node:http";
import { ContractError } from "@mien/contract/errors";
import type { ApiVersion } from "@mien/contract/names";
import {
  type OperationName,
  type OperationRow,
  operationTable,
  unservedOperations,
} from "@mien/contract/operations";
import { writeJson } from "@mien/contract/write-json";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  bodyKind,
  type BodyKind,
  callBody,
  checkAnnouncedLength,
  expectedBytes,
  receiveBody,
  type ReceivedBody,
} from "./call-body.js";
import type { Admission, Place } from "./door/admission.js";
import { servedVersion } from "./door/api-version.js";
import { type Credentials, identify } from "./door/credentials.js";
import type { RateLimiter } from "./door/rate-limiter.js";
import { admitPages, type AllowedOrigins } from "./door/web-pages.js";
import { jsonType } from "./error-answers.js";
import { askForBody } from "./expectations.js";
import type { Answer, AnswerCall, Handler } from "./face-handlers.js";
import { observe } from "./observability/observation.js";
import { serverTiming } from "./observability/server-timing.js";

/** The checks that a call passes, and the handlers that answer it. */
export interface FacePipelineParts {
  readonly credentials: Credentials;
  /** Absent: nobody is limited. */
  readonly rateLimiter: RateLimiter | undefined;
  readonly admission: Admission;
  readonly handlers: Readonly<Record<OperationName, Handler>>;
  /** Whether versions newer than are known are refused. */
  readonly strict: boolean;
  /** Web pages of other origins whose scripts may call. */
  readonly origins: AllowedOrigins;
}

/** A call whose body has not been read yet. */
interface Call {
  readonly tenant: string;
  readonly operation: OperationRow;
  readonly kind: BodyKind;
  readonly answer: AnswerCall;
  readonly place: Place;
  /** Keeps the call's place until the work ends, also where the caller is gone before. */
  readonly occupy: (work: Promise<unknown>) => void;
  /** Fires when the caller is gone. */
  readonly signal: AbortSignal;
  readonly started: number;
}

interface FaceRoute {
  readonly Body: ReceivedBody | undefined;
  readonly Params: { readonly version: string; readonly "*": string };
}

const operationsByPath = new Map(
  (Object.entries(operationTable) as [OperationName, OperationRow][]).map(([name, row]) => [
    row.path,
    { name, row },
  ]),
);

function operationAt(path: string): { name: OperationName; row: OperationRow } {
  const plain = path.toLowerCase().replace(/^\/+|\/+$/g, "");
  const found = operationsByPath.get(plain);
  if (found !== undefined) return found;
  throw new ContractError(
    unservedOperations.includes(plain.split("/", 1)[0]!) ? "operationUnsupported" : "routeNotFound",
  );
}

/** The query as it was sent; the path before it may be anything. */
function queryOf(request: FastifyRequest): URLSearchParams {
  const address = request.raw.url ?? "";
  const mark = address.indexOf("?");
  return new URLSearchParams(mark === -1 ? "" : address.slice(mark + 1));
}

/** Fires when the caller is gone, so that work that still waits is dropped. */
function disconnectSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** Who calls, once he is let in. */
async function identifyCaller(
  { credentials, rateLimiter }: FacePipelineParts,
  request: FastifyRequest,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<string> {
  const { tenant, credential } = await identify(request.headers, query, credentials);
  // Whoever left while his token was judged would never give back a place that he takes now.
  signal.throwIfAborted();
  observe(request, { tenant });
  rateLimiter?.take(credential);
  return tenant;
}

/** The version that reads the call. */
function chooseVersion(
  request: FastifyRequest<FaceRoute>,
  reply: FastifyReply,
  strict: boolean,
): ApiVersion {
  const { version, warning } = servedVersion(request.params.version, strict);
  observe(request, { apiVersion: version });
  // Above all whoever is refused must know that another version has read his call.
  if (warning !== undefined) void reply.header("warning", warning);
  return version;
}

/** A place that is left when the answer is sent or the caller gone, and the work that occupies it has ended. */
function takePlace(
  admission: Admission,
  tenant: string,
  reply: FastifyReply,
): Pick<Call, "place" | "occupy"> {
  const place = admission.enter(tenant);
  let work: Promise<unknown> = Promise.resolve();
  reply.raw.once("close", () => void work.then(place.leave, place.leave));
  return { place, occupy: (own) => void (work = own) };
}

/** Judges all of a call but its body. */
async function admitCall(
  parts: FacePipelineParts,
  request: FastifyRequest<FaceRoute>,
  reply: FastifyReply,
): Promise<Call> {
  const started = performance.now();
  const signal = disconnectSignal(reply);
  const query = queryOf(request);
  const tenant = await identifyCaller(parts, request, query, signal);
  const { name, row: operation } = operationAt(request.params["*"]);
  if (request.method !== operation.method) throw new ContractError("methodNotAllowed");
  const version = chooseVersion(request, reply, parts.strict);
  const { place, occupy } = takePlace(parts.admission, tenant, reply);
  const kind = bodyKind(request.headers, operation);
  const answer = parts.handlers[name](query, version);
  checkAnnouncedLength(kind, request.headers["content-length"]);
  place.hold(expectedBytes(kind, request.headers));
  return { tenant, operation, kind, answer, place, occupy, signal, started };
}

/** Answers a call that was admitted and whose body has come. */
async function answerCall(
  call: Call,
  request: FastifyRequest<FaceRoute>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // What comes in chunks may have been shorter than it might have been.
  const bytes = request.body?.length ?? 0;
  call.place.hold(bytes);
  const work = call.answer({
    tenant: call.tenant,
    body: callBody(call.kind, request.body),
    signal: call.signal,
    hold: (others) => call.place.hold(bytes + others),
    tell: (facts) => observe(request, facts),
  });
  call.occupy(work);
  return sendAnswer(reply, call, await work);
}

function sendAnswer(reply: FastifyReply, call: Call, { body, timings }: Answer): FastifyReply {
  const milliseconds = performance.now() - call.started;
  return reply
    .header("server-timing", serverTiming(timings, milliseconds))
    .header("content-type", jsonType)
    .header("csp-billing-usage", "CognitiveServices.Face.Transaction=1")
    .header("x-envoy-upstream-service-time", String(Math.round(milliseconds)))
    .send(writeJson(call.operation.answer, body));
}

/** Headers of every answer, whatever is served. */
function addCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.header("apim-request-id", request.id).header("x-content-type-options", "nosniff");
  // A browser would ask every other program that serves localhost for https as well, for a year.
  if (!/(?:^|\.)localhost\.?$/i.test(request.hostname))
    void reply.header("strict-transport-security", "max-age=31536000; includeSubDomains; preload");
}

/** Adds the operations of the Face API at `/face/{version}/`. All but the body is checked before the body is read. */
export function addFacePipeline(app: FastifyInstance, parts: FacePipelineParts): void {
  const calls = new WeakMap<FastifyRequest, Call>();
  app.addHook("onRequest", (request, reply, done) => {
    addCommonHeaders(request, reply);
    done();
  });
  app.addContentTypeParser("*", (request: FastifyRequest, payload: IncomingMessage) => {
    askForBody(request.raw);
    return receiveBody(payload, calls.get(request)?.kind);
  });
  const admit = async (request: FastifyRequest<FaceRoute>, reply: FastifyReply): Promise<void> => {
    calls.set(request, await admitCall(parts, request, reply));
  };
  app.all<FaceRoute>(
    "/face/:version/*",
    { onRequest: [admitPages(parts.origins), admit] },
    (request, reply) => answerCall(calls.get(request)!, request, reply),
  );
}
