/** Whoever interrupts a command that waits for somebody who never answers has it ended at once, with 130. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { endWithTests } from "../end-with-tests.js";
import { mienScript } from "./running-server.js";

const folder = mkdtempSync(join(tmpdir(), "mien-interrupted-"));
/** Takes connections and never says a word. */
let silent: Server;
const sockets: Socket[] = [];
beforeAll(async () => {
  silent = createServer((socket) => sockets.push(socket.on("error", () => undefined)));
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(...words: string[]): ChildProcess {
  const child = spawn(process.execPath, [mienScript, ...words], {
    cwd: folder,
    env: { ...process.env, MIEN_MASTER_KEY: "ab".repeat(32), MIEN_WORKERS: "1" },
    stdio: "ignore",
  });
  endWithTests(child);
  return child;
}

it.each<[string, NodeJS.Signals, string[]]>([
  ["store check", "SIGINT", ["store", "check"]],
  ["store erase", "SIGTERM", ["store", "erase", "--tenant", "shop"]],
  ["restore", "SIGINT", ["restore", "backup"]],
  ["serve", "SIGTERM", ["serve", "--port", "0"]],
])("mien %s, which waits for its store, at %s", async (_what, signal, words) => {
  writeFileSync(join(folder, "backup"), "");
  const { port } = silent.address() as AddressInfo;
  const asked = once(silent, "connection");
  const child = start(...words, "--store-url", `redis://127.0.0.1:${port}`);
  const ended = once(child, "exit");
  await Promise.race([asked, ended]);
  child.kill(signal);
  expect(await ended).toEqual([130, null]);
});

it.skipIf(process.platform === "win32")(
  "mien detect, which waits for the writer of a pipe",
  async () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const child = start("detect", pipe, "--endpoint", "http://127.0.0.1:9", "--key", "k");
    const ended = once(child, "exit");
    // A pipe that nobody reads cannot be opened like this.
    const open = () => openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    let writer: number | undefined;
    await expect.poll(() => (writer = open())).toBeGreaterThan(0);
    child.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    closeSync(writer!);
  },
);
