import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { fastify, type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, it } from "vitest";
import { endUntakenAnswers } from "./lost-connections.js";

/** More than the system's buffers take from a writer whose reader takes nothing. */
const length = 64 * 1024 * 1024;
const patience = 1000;

let app: FastifyInstance;
let port: number;
const sockets: Socket[] = [];
beforeEach(async () => {
  app = fastify({ forceCloseConnections: true, keepAliveTimeout: 20_000 });
  endUntakenAnswers(app, patience);
  app.get("/large", (_request, reply) => reply.send(Buffer.alloc(length)));
  app.get("/late", async () => {
    await wait(2 * patience);
    return "late";
  });
  app.get("/small", () => "small");
  await app.listen({ port: 0, host: "127.0.0.1" });
  ({ port } = app.server.address() as AddressInfo);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await app.close();
});

async function say(text: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  sockets.push(socket);
  await once(socket, "connect");
  socket.write(text);
  return socket;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const connections = (): Promise<number> =>
  new Promise((resolve, reject) =>
    app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );

async function read(socket: Socket, end: string): Promise<string> {
  let received = "";
  for await (const chunk of socket) {
    received += String(chunk);
    if (received.endsWith(end)) break;
  }
  return received;
}

it("ends a connection whose caller takes none of his answer, and those of the calls behind it", async () => {
  const socket = await say(get("/small") + get("/large").repeat(3));
  socket.pause();
  await wait(patience / 2);
  expect(await connections()).toBe(1);
  await expect.poll(connections).toBe(0);
});

it("waits for who reads slowly", async () => {
  const socket = await say(get("/large"));
  let received = 0;
  socket.on("data", (chunk: Buffer) => {
    received += chunk.length;
    // Forty pauses, four times the patience together.
    if (received % (length / 40) < chunk.length) {
      socket.pause();
      setTimeout(() => socket.resume(), patience / 10);
    }
  });
  await expect.poll(() => received).toBeGreaterThan(length);
});

it("waits for what takes long itself, alone and behind another answer, and between two calls", async () => {
  expect(await read(await say(get("/late")), "late")).toContain("200 OK");
  expect(await read(await say(get("/small") + get("/late")), "late")).toMatch(/small[^]*late$/);
  const socket = await say(get("/small"));
  await wait(2 * patience);
  socket.write(get("/small"));
  expect(await read(socket, "small")).toContain("200 OK");
  expect(await connections()).toBeGreaterThan(0);
});
