/** Callers who are gone. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
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
