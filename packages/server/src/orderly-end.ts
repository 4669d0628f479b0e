/** How a server ends: what is at work is answered, and no connection outlives that. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as after } from "node:timers/promises";
import { ContractError } from "@mien/contract/errors";
import { analysisLimit } from "@mien/service/local-service";
import type { FastifyInstance } from "fastify";
import { endAfterRequest } from "./early-answers.js";
import { wasNotAskedFor } from "./expectations.js";
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
  /** Requests that are being answered, in the order in which they came. */
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
    const atWork = connections.get(nameOf(request.raw.socket))?.atWork ?? [];
    const isLast = [...atWork].at(-1) === request.raw;
    if (ending && isLast && request.raw.complete) void reply.header("connection", "close");
    done();
  });
}

/**
 * Refuses what comes over a kept connection once the end has begun, as a value of the contract; Fastify is to refuse nothing
 * by itself. To be called after the hooks that refused calls pass too.
 */
export function refuseCallsAfterEnd(app: FastifyInstance): void {
  let ending = false;
  app.addHook("preClose", (done) => {
    ending = true;
    done();
  });
  app.addHook("onRequest", async ({ raw }, reply) => {
    if (!ending) return;
    // Fastify says so of each that comes now, be there others behind it; `endConnectionsWithAnswers` says it of the last.
    reply.raw.removeHeader("connection");
    if (!raw.complete && !wasNotAskedFor(raw)) await restOf(raw);
    throw new ContractError("ending", { retryAfterSeconds: 1 });
  });
}

/** Passes over what is left of a request: a caller who is told so before would not be told that this was the last. */
async function restOf(request: IncomingMessage): Promise<void> {
  const limit = new AbortController();
  const isOver = new Promise((resolve) => request.once("close", resolve).once("end", resolve));
  request.resume();
  await Promise.race([
    isOver,
    after(arrivalLimit, undefined, { signal: limit.signal }).catch(() => undefined),
  ]);
  limit.abort();
}
