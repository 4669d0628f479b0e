/** The command line inside another program, which has an environment of its own for it. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

it("gives a terminal no control character that somebody else wrote", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mien-run-"));
  const keys = join(folder, "keys");
  writeFileSync(keys, `shop sha256:${"0".repeat(64)} \u001b]0;title\u0007till\n`);
  const named = "no\u001b[2Jfile\nmien: all is well";
  const picture = join(folder, `${named}.jpg`);
  writeFileSync(picture, "x".repeat(2000));
  for (const words of [
    ["key", "list", "--file", keys],
    ["key", "list", "--file", named],
    ["detect", folder],
    ["detect", `--${named}`],
    ["restore", picture, "--data-dir", named],
  ]) {
    const { text } = await runWith({ MIEN_ENDPOINT: elsewhere, MIEN_KEY: "k" }, words);
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(text).toMatch(/\\x1b(\]0;title\\x07till|\[2Jfile)/);
  }
  rmSync(folder, { recursive: true, force: true });
});
