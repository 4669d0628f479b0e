/** A short run of `npm run fuzz`, and everything that a long one ever found. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fuzz, inputKinds, tryInput } from "../../fuzz/src/fuzz.js";
import { fuzzKey } from "../../fuzz/src/input.js";
import { found } from "../../fuzz/src/found.js";
import { inputSeed, Random } from "../../fuzz/src/random.js";
import { judgeStream, openTarget, type Target } from "../../fuzz/src/target.js";
import { startTestServer, type TestServer } from "../contract/server.js";

let server: TestServer;
let target: Target;
beforeAll(async () => {
  server = await startTestServer({ apiKeys: [fuzzKey] });
  target = openTarget(server.endpoint, 4);
});
afterAll(async () => {
  await target.close();
  await server.close();
});

describe("spoilt inputs", () => {
  it("get an answer of JSON below 500, or the end of their connection", async () => {
    const { findings, counts } = await fuzz({
      endpoint: server.endpoint,
      inputs: 3000,
      // The same for everyone; `npm run fuzz` takes another each time.
      seed: 1,
      atOnce: 16,
    });
    expect(findings).toEqual([]);
    for (const kind of inputKinds) expect(counts[kind.name]).toBeGreaterThan(0);
  });

  it.each(found)("$kind $seed: $was", async ({ kind, seed }) => {
    const inputs = inputKinds.find(({ name }) => name === kind)!;
    expect(await tryInput(inputs, seed, (input) => target.send(input))).toBeUndefined();
  });
});

describe("the fuzzer itself", () => {
  it("makes the same input of the same seed, and another of another", async () => {
    for (const kind of inputKinds) {
      const make = async (index: number) => kind.make(new Random(inputSeed(7, index)));
      expect(await make(3)).toEqual(await make(3));
      expect(await make(3)).not.toEqual(await make(4));
    }
  });

  it.each([
    [
      "HTTP/1.1 500 Oops\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}",
      "status 500",
    ],
    ["HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n", "type none"],
    [
      "HTTP/1.1 400 Bad\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 4\r\n\r\nOops",
      "without JSON",
    ],
    [
      "HTTP/1.1 400 Bad\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}",
      "without an error",
    ],
    ["Oops", "no answer"],
  ])("sees what is wrong with %j", (received, verdict) => {
    expect(judgeStream(received, Buffer.from("GET / HTTP/1.1"))).toContain(verdict);
  });
});
