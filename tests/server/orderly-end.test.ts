/** A server that is asked to end answers what is at work and waits for nobody else. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { mienScript, startServer } from "../cli/running-server.js";
import { answerOf, answersIn, head } from "../contract/raw-http.js";
import { decodersOf } from "./child-processes.js";
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

/** Signals for which a process of Linux has a listener. */
function listensTo(pid: number, signal: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return ((BigInt(`0x${caught ?? 0}`) >> BigInt(signal - 1)) & 1n) === 1n;
}

describe.skipIf(process.platform !== "linux")(
  "a signal to read keys and certificates again",
  () => {
    it("while the server starts does not end it", async () => {
      const data = mkdtempSync(join(tmpdir(), "mien-end-"));
      const child = spawn(process.execPath, [mienScript, "serve"], {
        env: { ...process.env, MIEN_PORT: "0", MIEN_WORKERS: "1", MIEN_DATA_DIR: data },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
      const exited = once(child, "exit");
      const sighup = 1;
      await expect.poll(() => listensTo(child.pid!, sighup), { interval: 5 }).toBe(true);
      // It has not come far yet.
      expect(decodersOf(child.pid!)).toEqual([]);
      child.kill("SIGHUP");
      await expect.poll(() => said).toContain("listens on");
      await expect.poll(() => said).toContain("keys: read again");
      child.kill("SIGTERM");
      expect(await exited).toEqual([0, null]);
      rmSync(data, { recursive: true, force: true });
    }, 60_000);

    it("while the server ends cuts no answer", async () => {
      const server = await startServer();
      const port = Number(new URL(server.endpoint).port);
      const picture = photograph(1);
      const socket = connect({ port, host: "127.0.0.1" });
      sockets.push(socket);
      let answer = "";
      socket.on("error", () => undefined);
      socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
      const closed = new Promise((resolve) => socket.once("close", resolve));
      socket.write(
        head(
          detect,
          octets,
          `Ocp-Apim-Subscription-Key: ${server.key}`,
          `Content-Length: ${picture.length}`,
          "Expect: 100-continue",
        ).replace(/Ocp-Apim-Subscription-Key: first-key\r\n/i, ""),
      );
      await expect.poll(() => answer).toBe(goOn);
      const exited = once(server.process, "exit");
      server.process.kill("SIGTERM");
      await new Promise((resolve) => setTimeout(resolve, 500));
      server.process.kill("SIGHUP");
      await new Promise((resolve) => setTimeout(resolve, 500));
      socket.write(picture);
      await closed;
      expect(answer.slice(goOn.length)).toMatch(/^HTTP\/1\.1 200 /);
      expect(await exited).toEqual([0, null]);
      await server.stop();
    }, 60_000);
  },
);

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

it("a call that comes over a kept connection once the end has begun is refused as every other one is", async () => {
  const server = await startTestServer();
  await ready(server);
  const picture = photograph(1);
  const { socket, ended } = await begun(server, picture.length);
  socket.write(picture);
  const ending = end(server);
  const json = "Content-Type: application/json";
  const verify = head("/face/v1.0/verify", json, "Content-Length: 2");
  socket.write(verify);
  // The picture is at work still; of this body the rest comes a moment later.
  setTimeout(() => socket.write("{}"), 50);
  const [first, second, ...others] = (await ended).slice(goOn.length).split(/(?=HTTP\/1\.1 )/);
  await ending;
  expect(others).toEqual([]);
  expect(first).toMatch(/^HTTP\/1\.1 200 /);
  expect(first).not.toMatch(/\r\nconnection: close\r\n/i);
  expect(second).toMatch(/^HTTP\/1\.1 503 /);
  expect(second).toMatch(/\r\nconnection: close\r\n/i);
  expect(second).toMatch(/\r\nretry-after: 1\r\n/i);
  expect(second).toMatch(/\r\napim-request-id: /i);
  expect(answersIn(second!)).toEqual([answerOf("ending")]);
});
