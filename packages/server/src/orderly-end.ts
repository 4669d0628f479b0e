/** How a server ends: what is at work is answered, and no connection outlives that. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** What callers may still take once the server has been asked to end. */
const patience = {
  /** Milliseconds for what is left of a request that has begun to arrive. */
  arrival: 5000,
  /** Milliseconds for an answer: as long as a picture may wait, and a worker may take. */
  answer: 45_000,
} as const;

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
 */
export function endConnectionsWithAnswers(app: FastifyInstance): void {
  const connections = new Map<string, Connection>();
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
      if (ending && connection?.atWork.size === 0) connection.socket.destroySoon();
    });
  });

  const cut = (isToGo: (connection: Connection) => boolean): void => {
    for (const connection of connections.values())
      if (isToGo(connection)) connection.socket.destroy();
  };
  app.addHook("preClose", (done) => {
    ending = true;
    cut(({ atWork }) => atWork.size === 0);
    const timers = [
      setTimeout(() => {
        cut(({ atWork }) => [...atWork].some((request) => !request.complete));
      }, patience.arrival),
      setTimeout(() => cut(() => true), patience.answer),
    ];
    app.server.once("close", () => timers.forEach(clearTimeout));
    done();
  });
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (ending) void reply.header("connection", "close");
    done();
  });
}
