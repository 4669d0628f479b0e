/** A name with several addresses: one server at all of them. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "@mien/server/create-server";
import { listen } from "@mien/server/listening";
import { afterAll, describe, expect, it } from "vitest";
import { answerOf, answersIn, exchange, head } from "../contract/raw-http.js";
import { key, photograph, startTestServer } from "../contract/server.js";

const folder = mkdtempSync(join(tmpdir(), "mien-localhost-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The last is none of this machine's.
const addresses = ["127.0.0.1", "127.0.0.2", "192.0.2.1"];

/** A server at those addresses, and its port. */
async function startEverywhere(maxConnections?: number) {
  const app = await createServer({
    dataDirectory: mkdtempSync(join(folder, "data-")),
    workers: 1,
    apiKeys: [`one:${key}`],
  });
  const resolve = (host: string) => {
    expect(host).toBe("localhost");
    return Promise.resolve(addresses.map((address) => ({ address, family: 4 })));
  };
  if (maxConnections !== undefined) app.server.maxConnections = maxConnections;
  await listen(app, { host: "localhost", port: 0 }, resolve);
  const { port } = app.server.address() as { port: number };
  return { app, port };
}

interface Caller {
  readonly socket: Socket;
  /** Everything that came back, once the connection has ended. */
  readonly ended: Promise<string>;
}

/** A call at the second address whose head was read, for the server has asked for the body. */
async function begun(port: number, length: number): Promise<Caller> {
  const socket = connect(port, addresses[1]);
  let received = "";
  socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
  socket.on("error", () => undefined);
  const ended = new Promise<string>((resolve) => socket.once("close", () => resolve(received)));
  const lines = ["Content-Type: application/octet-stream", `Content-Length: ${length}`];
  socket.write(head("/face/v1.0/detect?returnFaceId=false", ...lines, "Expect: 100-continue"));
  await once(socket, "data");
  return { socket, ended };
}

// Other systems have no second address of their own unless they are given one.
describe.runIf(process.platform === "linux")("localhost", () => {
  it("is served at each of its addresses, by the same rules", async () => {
    const { app, port } = await startEverywhere(2);
    // Node by itself would answer an expectation that it does not know, and a request without a host, in words of its own.
    const lines = ["Content-Type: application/json", "Expect: wonders", "Content-Length: 2"];
    for (const address of addresses.slice(0, 2)) {
      const at = `http://${address}:${port}`;
      const call = (text: string) => exchange(at, [text]).then(answersIn);
      expect(await call(`${head("/face/v1.0/verify", ...lines)}{}`)).toEqual([
        answerOf("bodyInvalid"),
      ]);
      expect(await call("GET / HTTP/1.1\r\n\r\n")).toEqual([answerOf("requestInvalid")]);
      expect(await call("HELLO\r\n\r\n")).toEqual([answerOf("requestInvalid")]);
    }
    const idle = [1, 2, 3].map(() => connect(port, "127.0.0.2"));
    const gone = idle.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    // One more than are taken.
    await Promise.race(gone);
    await app.close();
    await Promise.all(gone);
    for (const address of addresses.slice(0, 2))
      await expect(fetch(`http://${address}:${port}/healthz`)).rejects.toThrow();
  });

  it("comes to the same end at each of its addresses", async () => {
    const { app, port } = await startEverywhere();
    const goOn = "HTTP/1.1 100 Continue\r\n\r\n";
    const picture = photograph(1);
    const slow = await begun(port, picture.length);
    const stuck = await begun(port, picture.length);
    const first = once(app.server, "close");
    const closed = app.close();
    // What the calls need must outlive the first address, at which there are none.
    await first;
    await new Promise((resolve) => setImmediate(resolve));
    slow.socket.write(picture);
    expect((await slow.ended).slice(goOn.length)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await stuck.ended).toBe(goOn);
    await closed;
  });
});

it("the name that this machine gives itself works", async () => {
  const server = await startTestServer({ host: "localhost" });
  expect(server.endpoint).toMatch(/^http:\/\/localhost:/);
  expect((await fetch(`${server.endpoint}/healthz`)).status).toBe(200);
  await server.close();
});
