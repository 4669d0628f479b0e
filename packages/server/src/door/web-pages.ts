/**
 * Web pages of other origins: their browser asks before it lets their scripts call, and again before it lets them read
 * the answer. Nothing is given away: a page knows no key but the one that it was given, and no cookie opens this door.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";

/** Origins such as `https://album.example`, or all of them. */
export type AllowedOrigins = "*" | readonly string[];

/** Headers of an answer that scripts may read beside its body: what clients retry by and report. */
const readableHeaders = "apim-request-id, retry-after, server-timing, warning, x-ms-error-code";

/** Whether a browser asks for a page if a call may be made at all. */
export function isPreflight({
  method,
  headers,
}: {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

/** A hook that tells browsers of the pages that may call, and answers their question before any credential is judged. */
export function admitPages(allowed: AllowedOrigins) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (allowed !== "*") void reply.header("vary", "Origin");
    const { origin } = request.headers;
    if (origin === undefined || (allowed !== "*" && !allowed.includes(origin))) return;
    void reply
      .header("access-control-allow-origin", allowed === "*" ? "*" : origin)
      .header("access-control-expose-headers", readableHeaders);
    if (!isPreflight(request.raw)) return;
    await reply
      .code(204)
      .header("access-control-allow-methods", "POST")
      .header(
        "access-control-allow-headers",
        request.headers["access-control-request-headers"] ?? "*",
      )
      .header("access-control-max-age", "7200")
      .send();
  };
}
