import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AzureKeyCredential, FaceClient } from "@mien/client";
import { afterAll, expect, it } from "vitest";
import { detectFiles } from "./detect-files.js";
import { exitCodes } from "./exit-codes.js";
import { warnOfFailures } from "./located-face.js";

const folder = mkdtempSync(join(tmpdir(), "mien-files-"));
afterAll(() => rmSync(folder, { recursive: true }));
const files = Array.from({ length: 12 }, (_, index) => join(folder, `${index}.jpg`));
for (const file of files) writeFileSync(file, "picture");

/** What comes of the files, four at a time, and what is told of it. */
async function detectAll(answer: RequestListener) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new FaceClient(endpoint, new AzureKeyCredential("k"), {
    retryOptions: { maxRetries: 0 },
  });
  let told = "";
  const stream = { write: (text: string) => (told += text) };
  const terminal = { out: stream, error: stream, environment: {} };
  const results = await detectFiles({ client, concurrency: 4, endpoint }, terminal, files, {
    parameters: {},
    signal: new AbortController().signal,
  });
  warnOfFailures(results, terminal);
  server.closeAllConnections();
  server.close();
  const failures = results.map((result) => ("failure" in result ? result : undefined));
  return { asked, failures, untried: failures.filter((one) => one?.untried === true).length, told };
}

it.each([401, 403])("tries no further file once the service has answered %i", async (status) => {
  const { asked, failures, untried, told } = await detectAll((_request, response) => {
    response.writeHead(status).end();
  });
  expect(asked).toBeLessThanOrEqual(4);
  expect(untried).toBe(files.length - 1);
  expect(new Set(failures.map((one) => one?.failure.exitCode))).toEqual(
    new Set([exitCodes.credential]),
  );
  expect(told).toMatch(/^! .*\n! 11 more files were not tried\n$/);
});

it("gives up on a service that does not answer", async () => {
  const { failures, untried } = await detectAll((request) => request.socket.destroy());
  expect(untried).toBe(files.length - 3);
  for (const one of failures) expect(one?.failure.exitCode).toBe(exitCodes.unavailable);
});

it("goes on where the service answers in between, be it with a refusal", async () => {
  let count = 0;
  const { asked, untried } = await detectAll((request, response) => {
    count += 1;
    if (count % 3 === 0) request.socket.destroy();
    else response.writeHead(400).end();
  });
  expect({ asked, untried }).toEqual({ asked: files.length, untried: 0 });
});
