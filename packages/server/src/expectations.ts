/** What callers expect of a server before they send a body. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";

/** Answers to calls whose callers send no body before they are told to go on. */
const waiting = new WeakMap<IncomingMessage, ServerResponse>();

/**
 * Takes over what Node would answer by itself: 417 to an expectation that nobody knows, which may be ignored as the body
 * comes all the same, and 100 to every call, before it is known whether its body is wanted.
 */
export function judgeBeforeBodies(app: FastifyInstance): void {
  app.server.on("checkExpectation", (request, response) => {
    app.server.emit("request", request, response);
  });
  app.server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    waiting.set(request, response);
    app.server.emit("request", request, response);
  });
}

/** The body is about to be read: a caller who waits for that is told to go on. */
export function askForBody(request: IncomingMessage): void {
  waiting.get(request)?.writeContinue();
  waiting.delete(request);
}

/** Whether a caller waits to be asked for the body, and was not. */
export function wasNotAskedFor(request: IncomingMessage): boolean {
  return waiting.has(request);
}
