/** Callers who are gone, or might as well be. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/**
 * Tells each answer of a connection that is lost, by `close`. Node tells only the one whose turn it is: those to requests
 * that came behind it, without waiting for it, would never hear that nobody waits for them.
 */
export function tellAnswersOfLostConnections(app: FastifyInstance): void {
  const answersOf = new WeakMap<Socket, Set<ServerResponse>>();

  const answersTo = (socket: Socket): Set<ServerResponse> => {
    const known = answersOf.get(socket);
    if (known !== undefined) return known;
    const answers = new Set<ServerResponse>();
    answersOf.set(socket, answers);
    socket.once("close", () => {
      for (const answer of answers) if (answer.socket === null) answer.emit("close");
    });
    return answers;
  };

  app.server.prependListener("request", ({ socket }: IncomingMessage, answer: ServerResponse) => {
    const answers = answersTo(socket).add(answer);
    answer.once("close", () => answers.delete(answer));
  });
}

/**
 * Milliseconds in which a caller must take some of his answer; twice as many where he began to take it, since Node looks
 * at the bytes that are left only when the time is up.
 */
const patience = 30_000;

/**
 * Ends a connection over which an answer makes no way. Node waits for ever, and a caller who never reads would keep his
 * place in the queue for good; as many as the queue holds, and everybody else is answered 503.
 */
export function endUntakenAnswers(app: FastifyInstance, milliseconds = patience): void {
  app.addHook("onSend", (request, reply, _payload, done) => {
    const { socket } = request.raw;
    // A call without a socket has nobody to wait for.
    if (socket instanceof Socket) {
      // Of an answer that stands behind another one it counts from its turn. Node sets its own time between two requests
      // in its own listener, which comes after this one.
      reply.raw.setTimeout(milliseconds);
      reply.raw.prependOnceListener("finish", () => socket.setTimeout(0));
    }
    done();
  });
}
