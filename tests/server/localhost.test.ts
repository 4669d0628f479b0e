/** A name with several addresses: one server at all of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "@mien/server/create-server";
import { listen } from "@mien/server/listening";
import { expect, it } from "vitest";
import { answerOf, answersIn, exchange, head } from "../contract/raw-http.js";
import { key, startTestServer } from "../contract/server.js";

// Other systems have no second address of their own unless they are given one.
it.runIf(process.platform === "linux")(
  "localhost is served at each of its addresses, by the same rules and to the same end",
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "mien-localhost-"));
    const app = await createServer({
      dataDirectory: directory,
      workers: 1,
      apiKeys: [`one:${key}`],
    });
    // The last is none of this machine's.
    const addresses = ["127.0.0.1", "127.0.0.2", "192.0.2.1"];
    const resolve = (host: string) => {
      expect(host).toBe("localhost");
      return Promise.resolve(addresses.map((address) => ({ address, family: 4 })));
    };
    app.server.maxConnections = 2;
    await listen(app, { host: "localhost", port: 0 }, resolve);
    const { port } = app.server.address() as { port: number };
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
    rmSync(directory, { recursive: true, force: true });
  },
);

it("the name that this machine gives itself works", async () => {
  const server = await startTestServer({ host: "localhost" });
  expect(server.endpoint).toMatch(/^http:\/\/localhost:/);
  expect((await fetch(`${server.endpoint}/healthz`)).status).toBe(200);
  await server.close();
});
