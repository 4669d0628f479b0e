/** What is no HTTP, or does not come in time: answered in its turn, as a value of the contract. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { ContractError, type ErrorKey } from "@mien/contract/errors";
import { ErrorAnswer } from "@mien/contract/result-schemas";
import { writeJson } from "@mien/contract/write-json";
import type { FastifyInstance } from "fastify";
import { jsonType } from "./error-answers.js";

/** What Node finds wrong before there is a request. */
const connectionErrors: Readonly<Record<string, ErrorKey>> = {
  HPE_HEADER_OVERFLOW: "headersTooLarge",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "requestInvalid",
  ERR_HTTP_REQUEST_TIMEOUT: "requestTimeout",
};

/** Of each connection, the answers to its newest request and to the one that came before it. */
const newest = new WeakMap<
  Socket,
  { readonly answer: ServerResponse; readonly before: ServerResponse | undefined }
>();

/** Connections that are broken, and whose other answers have their turn first. */
const broken = new WeakSet<Socket>();

/** Whether an answer was given, if not taken, before all of its request came. */
function isEarly(answer: ServerResponse): boolean {
  return answer.writableEnded && !answer.req.complete;
}

/** The answer that is to be given before the error is; `undefined` where there is none, or it was given. */
function answerAhead(socket: Socket): ServerResponse | undefined {
  const { answer, before } = newest.get(socket) ?? {};
  const isBroken = answer !== undefined && !answer.req.complete && !answer.writableEnded;
  const ahead = isBroken ? before : answer;
  return ahead?.writableFinished === true ? undefined : ahead;
}

/**
 * What is answered to what is no HTTP, or does not come in time; `undefined` where nobody is there to hear it, or it is the
 * rest of a request that has its answer, or of what was found broken before: another would be taken for that of the next.
 */
export function brokenRequestError(
  error: NodeJS.ErrnoException,
  socket: Socket,
): ContractError | undefined {
  const answer = newest.get(socket)?.answer;
  if (error.code === "ECONNRESET" || !socket.writable || broken.has(socket)) return undefined;
  if (answer !== undefined && isEarly(answer)) return undefined;
  return new ContractError(connectionErrors[error.code ?? ""] ?? "requestInvalid");
}

/** Answers what is no HTTP once what came before it has its answers, and ends the connection. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (broken.has(socket)) return;
  const ahead = answerAhead(socket);
  // Who says that nothing more will come counts as gone, as one in the middle of whose calls nothing is broken.
  const listens = error.code !== "ECONNRESET" && socket.writable && !socket.readableEnded;
  if (ahead !== undefined && listens) {
    broken.add(socket);
    ahead.once("close", () => {
      broken.delete(socket);
      answerBrokenRequest(error, socket);
    });
    return;
  }
  const answer = ahead === undefined ? brokenRequestError(error, socket) : undefined;
  if (answer === undefined) {
    socket.destroy();
    return;
  }
  const body = writeJson(ErrorAnswer, answer.body);
  socket.end(
    [
      `HTTP/1.1 ${answer.status} ${answer.code}`,
      `Content-Type: ${jsonType}`,
      `x-ms-error-code: ${answer.code}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
  // Whoever does not take the answer is not waited for.
  socket.setTimeout(5000, () => socket.destroy());
}

/** Takes over what Node would end without a word, and keeps the answers of each connection in order. */
export function answerOddRequests(app: FastifyInstance): void {
  app.server.prependListener("request", ({ socket }: IncomingMessage, answer: ServerResponse) => {
    newest.set(socket, { answer, before: newest.get(socket)?.answer });
  });
  // A proxy's request; Node would close its connection without a word, and watches the connection no more.
  app.server.on("connect", (_request: IncomingMessage, socket: Socket) => {
    socket.on("error", () => socket.destroy());
    app.server.emit("clientError", new Error("CONNECT asks for a proxy"), socket);
  });
}
