/** Answers that are written before all of the request has come. */
import { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/**
 * Lets the rest of a body pass before the connection ends, where the caller wants it to end with the answer. Node ends it at
 * once, and a caller who is cut off while he sends learns of a broken connection instead of his mistake.
 */
export function endAfterBodies(app: FastifyInstance): void {
  app.addHook("onSend", (request, reply, _payload, done) => {
    const message = request.raw;
    const { socket, headers } = message;
    const hasBody =
      headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
    if (hasBody && !message.complete && !reply.raw.shouldKeepAlive && socket instanceof Socket) {
      reply.raw.shouldKeepAlive = true;
      message.once("close", () => socket.destroySoon());
    }
    done();
  });
}
