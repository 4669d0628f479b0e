/** Answers that are written before all of the request has come. */
import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** Ends a connection when the rest of a request has come: a caller who is cut off while he sends hears no answer. */
export function endAfterRequest(request: IncomingMessage, socket: Socket): void {
  if (request.complete) socket.destroySoon();
  else request.once("close", () => socket.destroySoon());
}

/** Lets the rest of a body pass where the caller wants the connection to end with the answer: Node would end it at once. */
export function endAfterBodies(app: FastifyInstance): void {
  app.addHook("onSend", (request, reply, _payload, done) => {
    const message = request.raw;
    const { socket, headers } = message;
    const hasBody =
      headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
    if (hasBody && !message.complete && !reply.raw.shouldKeepAlive && socket instanceof Socket) {
      reply.raw.shouldKeepAlive = true;
      endAfterRequest(message, socket);
    }
    done();
  });
}
