/** Starts the product as a user does, `mien serve` in a process of its own, on a free port with an empty data directory. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endWithTests } from "../end-with-tests.js";

export const mienScript = join(import.meta.dirname, "../../packages/cli/dist/main.js");

export interface RunningServer {
  readonly endpoint: string;
  readonly key: string;
  readonly dataDirectory: string;
  readonly process: ChildProcess;
  /** Everything that it has written so far, to both streams. */
  output(): string;
  /** Asks it to end, as an operator does, and gives its exit code. */
  stop(): Promise<number | null>;
}

/**
 * @param dataDirectory one that is there already; it too is removed when the server is stopped.
 * @throws Error with what it wrote when it ends before it has printed where it listens.
 */
export async function startServer(
  environment: Readonly<Record<string, string>> = {},
  dataDirectory = mkdtempSync(join(tmpdir(), "mien-test-")),
): Promise<RunningServer> {
  const child = spawn(
    process.execPath,
    [mienScript, "serve", "--port", "0", "--data-dir", dataDirectory],
    {
      env: { ...process.env, MIEN_WORKERS: "1", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  endWithTests(child);
  let written = "";
  const endpoint = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      written += chunk.toString();
      const address = /https?:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(written);
      if (address !== null) resolve(address[0]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => reject(new Error(`mien serve ended with ${code}:\n${written}`)));
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    endpoint,
    key: environment["MIEN_API_KEYS"] ?? readFileSync(join(dataDirectory, "key"), "utf8").trim(),
    dataDirectory,
    process: child,
    output: () => written,
    async stop() {
      child.kill("SIGTERM");
      const code = await exited;
      rmSync(dataDirectory, { recursive: true, force: true });
      return code;
    },
  };
}

/** The six group photographs of `@vladmandic/face-api`. */
export const photographs = [1, 2, 3, 4, 5, 6].map((number) =>
  join(import.meta.dirname, `../../node_modules/@vladmandic/face-api/demo/sample${number}.jpg`),
);
