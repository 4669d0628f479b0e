/** A server that is asked to end answers what is at work and waits for nobody else. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { mienScript } from "../cli/running-server.js";
import { head } from "../contract/raw-http.js";
import { photograph, startTestServer, type TestServer } from "../contract/server.js";

const folder = mkdtempSync(join(tmpdir(), "mien-end-"));
const tls = { certificate: join(folder, "cert.pem"), key: join(folder, "key.pem") };
beforeAll(() => {
  execFileSync(process.execPath, [mienScript, "dev-cert", "--out", folder]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

interface Caller {
  readonly socket: Socket;
  /** Everything that came back, once the connection has ended. */
  readonly ended: Promise<string>;
}

/** @param greets whether the connection gets as far as a handshake, where there is one to be had. */
async function call({ endpoint }: TestServer, said: string, greets = true): Promise<Caller> {
  const to = { port: Number(new URL(endpoint).port), host: "127.0.0.1" };
  const secure = greets && endpoint.startsWith("https:");
  const socket = secure ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to);
  sockets.push(socket);
  let received = "";
  socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
  socket.on("error", () => undefined);
  const ended = new Promise<string>((resolve) => socket.once("close", () => resolve(received)));
  await new Promise((resolve) => socket.once(secure ? "secureConnect" : "connect", resolve));
  if (said !== "") socket.write(said);
  return { socket, ended };
}

const octets = "Content-Type: application/octet-stream";
const detect = "/face/v1.0/detect?returnFaceId=false";
const goOn = "HTTP/1.1 100 Continue\r\n\r\n";

/** A call whose head was read, for the server has asked for the body. */
async function begun(server: TestServer, length: number): Promise<Caller> {
  const lines = [octets, `Content-Length: ${length}`, "Expect: 100-continue"];
  const caller = await call(server, head(detect, ...lines));
  await new Promise((resolve) => caller.socket.once("data", resolve));
  return caller;
}

/** Resolves when the workers have their models. */
async function ready(server: TestServer): Promise<void> {
  const { ended } = await call(
    server,
    "GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
  );
  expect(await ended).toMatch(/^HTTP\/1\.1 200 /);
}

/** Milliseconds that the end took. */
async function end(server: TestServer): Promise<number> {
  const started = performance.now();
  await server.close();
  return performance.now() - started;
}

/** Milliseconds, on a machine that is busy with other tests. Without an orderly end it takes for ever, or 70 seconds. */
const quickly = 40_000;

describe.each([
  ["http", {}],
  ["https", { tls }],
])("over %s", (_transport, settings) => {
  it("connections that ask for nothing hold no end up", async () => {
    const server = await startTestServer(settings);
    // A worker that still starts would be waited for.
    await ready(server);
    await Promise.all([
      // A browser opens some ahead.
      call(server, ""),
      // Where there is a handshake to come, this one never begins it.
      call(server, "", false),
      call(server, "POST /face/v1.0/detect HTTP/1.1\r\nHost: a\r\nX-Half: "),
      // Refused before its body, of which most never comes.
      call(server, `POST ${detect} HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc`),
      call(server, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await end(server)).toBeLessThan(quickly);
  });

  it("a picture at work is answered, and its caller told that this was the last", async () => {
    const server = await startTestServer(settings);
    const picture = photograph(1);
    const { socket, ended } = await begun(server, picture.length);
    socket.write(picture);
    await end(server);
    const answer = (await ended).slice(goOn.length);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer).toMatch(/\}\]$/);
  });
});

it("the rest of a body is waited for, but not for ever", async () => {
  const server = await startTestServer();
  const picture = photograph(1);
  const slow = await begun(server, picture.length);
  const stuck = await begun(server, picture.length);
  const ending = end(server);
  setTimeout(() => slow.socket.write(picture), 1000);
  expect((await slow.ended).slice(goOn.length)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await stuck.ended).toBe(goOn);
  expect(await ending).toBeLessThan(quickly);
});
