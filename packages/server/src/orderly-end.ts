/** How a server ends: what is at work is answered, and no connection outlives that. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { analysisLimit } from "@mien/service/local-service";
import type { FastifyInstance } from "fastify";
import { endAfterRequest } from "./early-answers.js";
import type { ServerSettings } from "./settings.js";
import { defaultFetchLimit } from "./url-input/image-fetcher.js";

/** Milliseconds, once the server has been asked to end, for what is left of a request that has begun to arrive. */
const arrivalLimit = 5000;

/** Milliseconds in which every call that came before the end is answered: each of its steps may take all of its time. */
export function longestAnswer({
  waitLimit,
  urlInput,
}: Pick<ServerSettings, "waitLimit" | "urlInput">): number {
  return arrivalLimit + (urlInput ? defaultFetchLimit : 0) + waitLimit + analysisLimit;
}

/** Both ends of a connection name it; over TLS the socket of a request is another than the one that was accepted. */
function nameOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}

interface Connection {
  readonly socket: Socket;
  /** Requests that are being answered. */
  readonly atWork: Set<IncomingMessage>;
}

/**
 * Node ends only connections that have carried a request before and rest, and stops to watch the others' time when it
 * closes: a browser that opens one ahead, or a caller in the middle of a request, would hold the end up for good.
 * @param answerLimit milliseconds after which callers are left without an answer.
 */
export function endConnectionsWithAnswers(app: FastifyInstance, answerLimit: number): void {
  const connections = new Map<string, Connection>();
  const timers: NodeJS.Timeout[] = [];
  let ending = false;

  app.server.on("connection", (socket: Socket) => {
    if (ending) {
      socket.destroy();
      return;
    }
    const name = nameOf(socket);
    connections.set(name, { socket, atWork: new Set() });
    socket.once("close", () => connections.delete(name));
  });
  app.server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(nameOf(request.socket));
    connection?.atWork.add(request);
    response.once("close", () => {
      connection?.atWork.delete(request);
      // One that was told before the end that it may be kept.
      if (ending && connection?.atWork.size === 0) endAfterRequest(request, connection.socket);
    });
  });

  const cut = (isToGo: (connection: Connection) => boolean): void => {
    for (const connection of connections.values())
      if (isToGo(connection)) connection.socket.destroy();
  };
  app.addHook("preClose", (done) => {
    ending = true;
    cut(({ atWork }) => atWork.size === 0);
    timers.push(
      setTimeout(() => {
        cut(({ atWork }) => [...atWork].some((request) => !request.complete));
      }, arrivalLimit),
      setTimeout(() => cut(() => true), answerLimit),
    );
    done();
  });
  // Not when the server itself has closed: connections that others took for it, at further addresses, may be left.
  app.addHook("onClose", (_app, done) => {
    timers.forEach(clearTimeout);
    done();
  });
  app.addHook("onSend", (request, reply, _payload, done) => {
    // Told so, Node would wait neither for the rest of a body nor for the answers to requests behind this one.
    const isLast = connections.get(nameOf(request.raw.socket))?.atWork.size === 1;
    if (ending && isLast && request.raw.complete) void reply.header("connection", "close");
    done();
  });
}
