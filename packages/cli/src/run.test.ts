/** The command line inside another program, which has an environment of its own for it. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { photographs, startServer } from "../../../tests/cli/running-server.js";
import { exitCodes } from "./exit-codes.js";
import { run } from "./run.js";

/** Nobody listens here: whoever asked it would find the service unavailable. */
const elsewhere = "http://127.0.0.1:9";
beforeEach(() => {
  vi.stubEnv("MIEN_ENDPOINT", elsewhere);
  vi.stubEnv("MIEN_KEY", "the-key-of-the-process");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** The exit code, and everything that was written. */
async function runWith(
  environment: Readonly<Record<string, string>>,
  words: readonly string[],
): Promise<{ readonly code: number; readonly text: string }> {
  let text = "";
  const stream = { write: (part: string) => (text += part) };
  const terminal = { out: stream, error: stream, environment };
  return { code: await run(words, terminal, new AbortController().signal), text };
}

it("takes endpoint and key from its own environment, never one of them from the process's", async () => {
  const detect = ["detect", photographs[0]!];
  const named = await runWith({ MIEN_ENDPOINT: "face.example.com", MIEN_KEY: "k" }, detect);
  expect(named.code).toBe(exitCodes.usage);
  expect(named.text).toContain("not face.example.com");
  const keyless = await runWith({ MIEN_ENDPOINT: elsewhere }, detect);
  expect(keyless.code).toBe(exitCodes.usage);
  expect(keyless.text).toContain(`no key for ${elsewhere}`);
});

it("a sort remembers the service that it asked", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mien-run-"));
  const [from, to] = [join(folder, "photographs"), join(folder, "people")];
  mkdirSync(from);
  copyFileSync(photographs[5]!, join(from, "a.jpg"));
  vi.unstubAllEnvs();
  const server = await startServer();
  const environment = { MIEN_ENDPOINT: server.endpoint, MIEN_KEY: server.key };
  const { code, text } = await runWith(environment, ["sort", from, to]);
  expect(code, text).toBe(exitCodes.done);
  const journal = readFileSync(join(to, ".mien-sort/journal.jsonl"), "utf8");
  expect(journal).toContain(`"origin":"${server.endpoint} `);
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
