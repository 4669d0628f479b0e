import { once } from "node:events";
import { PassThrough } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { receiveBody } from "./call-body.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function memory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

it("a body in chunks of one byte costs about what it holds", async () => {
  const count = 300_000;
  const payload = new PassThrough();
  const received = receiveBody(payload, "picture");
  const before = memory();
  for (let sent = 0; sent < count; sent++)
    if (!payload.write(Buffer.alloc(1, sent))) await once(payload, "drain");
  await new Promise((resolve) => setImmediate(resolve));
  expect(memory() - before).toBeLessThan(20 * count);
  payload.end();
  const bytes = await received;
  expect(bytes).toHaveLength(count);
  expect(bytes).toEqual(Buffer.from(Array.from({ length: count }, (_, at) => at)));
});
