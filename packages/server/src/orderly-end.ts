/** How a server ends: what is at work is answered, and no connection is kept open after that. */
import type { FastifyInstance } from "fastify";

/** Without it, a caller who keeps its connection would hold the end up until the connection has been idle for long. */
export function endConnectionsWithAnswers(app: FastifyInstance): void {
  let ending = false;
  app.addHook("preClose", (done) => {
    ending = true;
    done();
  });
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (ending) void reply.header("connection", "close");
    done();
  });
}
