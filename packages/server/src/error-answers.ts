/** Whatever goes wrong becomes a short JSON answer of the contract. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ContractError, type ErrorKey } from "@mien/contract/errors";
import { ErrorAnswer } from "@mien/contract/result-schemas";
import { writeJson } from "@mien/contract/write-json";
import type { FastifyInstance, FastifyReply } from "fastify";
import { observe } from "./observability/observation.js";

/** Content type of every answer in JSON. */
export const jsonType = "application/json; charset=utf-8";

/** Fastify's own findings by their codes. */
const frameworkErrors: Readonly<Record<string, ErrorKey>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "mediaTypeInvalid",
  FST_ERR_BAD_URL: "requestInvalid",
  FST_ERR_MAX_PARAM_LENGTH: "routeNotFound",
  FST_ERR_ASYNC_CONSTRAINT: "requestInvalid",
};

/** What went wrong as a value of the contract. */
export function contractError(error: unknown): ContractError {
  if (error instanceof ContractError) return error;
  const { code = "", statusCode } = error as { code?: string; statusCode?: number };
  const key = frameworkErrors[code];
  if (key !== undefined) return new ContractError(key, { cause: error });
  // Whatever else Fastify finds wrong with a request is the caller's doing.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new ContractError("bodyInvalid", { cause: error });
  return new ContractError("internal", { cause: error });
}

/** Answers with status, headers and body of the error, and tells the log and the metrics of it. */
export function sendError(reply: FastifyReply, error: ContractError): FastifyReply {
  const { cause, reason } = error.details;
  observe(reply.request, { error, cause, ...(reason === undefined ? {} : { reason }) });
  const retryAfter = error.details.retryAfterSeconds;
  if (retryAfter !== undefined) void reply.header("retry-after", String(retryAfter));
  if (error.key === "methodNotAllowed") void reply.header("allow", "POST");
  return reply
    .code(error.status)
    .header("x-ms-error-code", error.code)
    .header("content-type", jsonType)
    .send(writeJson(ErrorAnswer, error.body));
}

/**
 * Requests of which the framework finds before it looks for a route that they can have none, as their paths cannot be
 * decoded. It would answer them past all hooks: without a request's id, a line in the log, and a place in the metrics.
 */
const unroutable = new WeakMap<IncomingMessage, Error>();

/** Lets such a request pass as one for a path that nobody serves; {@link whyNotFound} tells why. */
export function passUnroutable(
  error: Error,
  raw: IncomingMessage,
  response: ServerResponse,
  app: Pick<FastifyInstance, "routing">,
): void {
  unroutable.set(raw, error);
  raw.url = "/unroutable";
  app.routing(raw, response);
}

/** The error for a path at which nothing is served. */
export function whyNotFound(raw: IncomingMessage): ContractError {
  const error = unroutable.get(raw);
  return error === undefined ? new ContractError("routeNotFound") : contractError(error);
}

/**
 * Refuses what its head alone gives away, before a body is read: nobody needs it, and nobody is to be asked for it. To be
 * called after the hooks that refused requests pass too.
 */
export function refuseByHead(app: FastifyInstance): void {
  app.addHook("onRequest", (request, _reply, done) => {
    const { headers, httpVersion } = request.raw;
    // Node would answer it by itself, and not in JSON.
    if (headers.host === undefined && httpVersion === "1.1")
      done(new ContractError("requestInvalid"));
    else if (request.is404) done(whyNotFound(request.raw));
    else done();
  });
}
