/** Answers that are written before all of the request has come. */
import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { wasNotAskedFor } from "./expectations.js";

/** Ends a connection when the rest of a request has come: a caller who is cut off while he sends hears no answer. */
export function endAfterRequest(request: IncomingMessage, socket: Socket): void {
  if (request.complete) socket.destroySoon();
  else request.once("close", () => socket.destroySoon());
}

/**
 * Lets the rest of a body pass where Node would end the connection at once: the caller wants it to end with the answer, or
 * waits to be asked for the body, and may not have waited for long.
 */
export function endAfterBodies(app: FastifyInstance): void {
  app.addHook("onSend", (request, reply, _payload, done) => {
    const message = request.raw;
    const { socket, headers } = message;
    const hasBody =
      headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
    if (hasBody && !message.complete && socket instanceof Socket) {
      if (!reply.raw.shouldKeepAlive) {
        reply.raw.shouldKeepAlive = true;
        endAfterRequest(message, socket);
      }
      if (wasNotAskedFor(message)) void reply.header("connection", "keep-alive");
    }
    done();
  });
}
