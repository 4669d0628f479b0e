/** A server in a process of its own: what it costs in time and memory is its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { callsOf, type Served } from "./served.js";

const program = fileURLToPath(new URL("../../../packages/cli/dist/main.js", import.meta.url));

export interface ServerProcess extends Served {
  /** Milliseconds from the start of the process to its first answer, and until all workers have their models. */
  readonly listening: number;
  readonly ready: number;
  /** What it and the processes that decode hold, megabytes, without the pages of files that they map. */
  resident(): Promise<number>;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** The process and those that it has started. */
async function family(parent: number): Promise<string[]> {
  const children: string[] = [];
  for (const pid of await readdir("/proc")) {
    const stat = /^\d+$/.test(pid)
      ? await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")
      : "";
    if (Number(/\) \S (\d+) /.exec(stat)?.[1]) === parent) children.push(pid);
  }
  return [String(parent), ...children];
}

/**
 * What several of the server's processes share is counted once. Pages of files are not: the store maps its own, more with
 * every face it remembers, and the system takes them back when it needs them.
 */
async function residentMegabytes(child: ChildProcess): Promise<number> {
  let kilobytes = 0;
  for (const pid of await family(child.pid!)) {
    const parts = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
    for (const [, part] of parts.matchAll(/^Pss_(?:Anon|Shmem):\s+(\d+) kB$/gm))
      kilobytes += Number(part);
  }
  return kilobytes / 1024;
}

export async function startProcess(
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const directory = await mkdtemp(join(tmpdir(), "mien-bench-"));
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, [program, "serve"], {
    stdio: "ignore",
    env: {
      ...process.env,
      MIEN_PORT: String(port),
      MIEN_DATA_DIR: directory,
      MIEN_API_KEYS: "bench-key",
      ...settings,
    },
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const endpoint = `http://127.0.0.1:${port}`;
  const answered = async (path: string): Promise<number> => {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
      const ok = await fetch(`${endpoint}${path}`).then(
        async (response) => (await response.text(), response.status === 200),
        () => false,
      );
      if (ok) return performance.now() - started;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return {
    ...callsOf(endpoint),
    listening: await answered("/healthz"),
    ready: await answered("/readyz"),
    resident: () => residentMegabytes(child),
    async close() {
      child.kill("SIGTERM");
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
