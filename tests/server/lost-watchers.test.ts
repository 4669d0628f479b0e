/** Whoever watches the server may be gone: it serves on, says so, and ends as it should. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readlinkSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { mienScript, startServer } from "../cli/running-server.js";
import { freePort } from "../store/redis-servers.js";
import { decodersOf, isAlive } from "./child-processes.js";

const verify = (endpoint: string, key: string) =>
  fetch(`${endpoint}/face/v1.0/verify`, {
    method: "POST",
    headers: { "ocp-apim-subscription-key": key, "content-type": "application/json" },
    body: "{}",
  });

/** Of a server on a free port that keeps its data in a folder. */
const environmentOf = (folder: string) => ({
  ...process.env,
  MIEN_PORT: "0",
  MIEN_WORKERS: "1",
  MIEN_DATA_DIR: folder,
  MIEN_API_KEYS: "k",
});

/** A folder that goes with the test. */
function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "mien-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface ServingProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
}

/** A server that does not outlive the test, also where that fails. @param errorStream is closed here, as `output` is. */
function serve(
  errorStream: number | "pipe",
  environment: Readonly<Record<string, string | undefined>>,
  output: number | "pipe" = "pipe",
): ServingProcess {
  const child = spawn(process.execPath, [mienScript, "serve", "--json"], {
    stdio: ["ignore", output, errorStream],
    env: environment,
  });
  for (const stream of [errorStream, output]) if (typeof stream === "number") closeSync(stream);
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  // Of one that has ended, `kill` does nothing.
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  return { child, exited };
}

/** What a server that was started with `--json` says of itself. */
async function endpointSaid(child: ChildProcess): Promise<string> {
  const said = await new Promise<{ endpoint: string }>((resolve, reject) => {
    let written = "";
    child.stdout!.on("data", (chunk: Buffer) => {
      written += chunk.toString();
      if (written.trimEnd().endsWith("}")) resolve(JSON.parse(written) as { endpoint: string });
    });
    child.once("exit", (code) => reject(new Error(`mien serve ended with ${code}`)));
  });
  return said.endpoint;
}

describe.skipIf(process.platform !== "linux")("a log on a full disk", () => {
  it("costs its lines and not the server", async () => {
    const { child, exited } = serve(openSync("/dev/full", "w"), environmentOf(testFolder()));
    const endpoint = await endpointSaid(child);
    for (let call = 0; call < 3; call++) expect((await verify(endpoint, "k")).status).toBe(400);
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
  });
});

describe.skipIf(process.platform !== "linux")("an output on a full disk", () => {
  it("costs the greeting and not the server", async () => {
    const port = String(await freePort());
    const { child, exited } = serve(
      "pipe",
      { ...environmentOf(testFolder()), MIEN_PORT: port },
      openSync("/dev/full", "w"),
    );
    const said = text(child.stderr!);
    const health = (): Promise<number> =>
      fetch(`http://127.0.0.1:${port}/healthz`).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(health).toBe(200);
    expect((await verify(`http://127.0.0.1:${port}`, "k")).status).toBe(400);
    child.kill("SIGTERM");
    expect(await exited).toBe(3);
    expect(await said).toMatch(/^mien: cannot write the result: ENOSPC/);
  });
});

/** An error stream of which nothing is read but when that is asked for. */
interface ErrorStream {
  readonly stdio: number | "pipe";
  /** What has come since it was asked for last. */
  read(child: ChildProcess): string;
}

const errorStreams: Record<string, (folder: string) => ErrorStream> = {
  // As shells and containers have it.
  "a pipe"(folder) {
    const pipe = join(folder, "log");
    execFileSync("mkfifo", [pipe]);
    const reader = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    return {
      stdio: openSync(pipe, constants.O_WRONLY),
      read() {
        let read = "";
        try {
          const chunk = Buffer.alloc(1 << 20);
          for (;;) read += chunk.toString("utf8", 0, readSync(reader, chunk));
        } catch {
          return read;
        }
      },
    };
  },
  // As systemd's journal and programs of Node have it.
  "a socket": () => ({
    stdio: "pipe",
    read: ({ stderr }) => ((stderr as Readable).read() as Buffer | null)?.toString() ?? "",
  }),
};

describe.skipIf(process.platform !== "linux")("a reader of the log who reads no more", () => {
  it.each(Object.keys(errorStreams))(
    "of %s loses lines, is told how many, and the server answers and ends without him",
    async (kind) => {
      const folder = testFolder();
      const stream = errorStreams[kind]!(folder);
      const { child, exited } = serve(stream.stdio, environmentOf(folder));
      const endpoint = await endpointSaid(child);
      // A process that starts may change how what it inherits is written to.
      const decoders = (): number[] => decodersOf(child.pid!);
      await expect.poll(decoders).toHaveLength(1);
      const [decoder] = decoders();
      process.kill(decoder!, "SIGKILL");
      await expect.poll(() => decoders().filter((pid) => pid !== decoder)).toHaveLength(1);
      // The system holds some three hundred lines for him, the server some four thousand.
      const calls = 6000;
      for (let round = 0; round < calls / 100; round++) {
        const answers = Array.from({ length: 100 }, () => verify(endpoint, "k"));
        for (const { status } of await Promise.all(answers)) expect(status).toBe(400);
      }
      let read = "";
      const told = (): number => {
        read += stream.read(child);
        return Number(/^mien: (\d+) lines are lost/m.exec(read)?.[1] ?? 0);
      };
      await expect.poll(told).toBeGreaterThan(0);
      expect(read.match(/"operation":"verify"/g)!.length + told()).toBe(calls);
      for (let round = 0; round < 20; round++)
        await Promise.all(Array.from({ length: 100 }, () => verify(endpoint, "k")));
      child.kill("SIGTERM");
      expect(await exited).toBe(0);
    },
    240_000,
  );

  it("is not waited for at the end with what was said at the start", async () => {
    const folder = testFolder();
    const stream = errorStreams["a pipe"]!(folder);
    const full = openSync(join(folder, "log"), constants.O_WRONLY | constants.O_NONBLOCK);
    expect(() => {
      for (;;) writeSync(full, Buffer.alloc(4096));
    }).toThrow("EAGAIN");
    closeSync(full);
    const { child, exited } = serve(stream.stdio, {
      ...environmentOf(folder),
      // Of what is not a setting, the start warns.
      MIEN_NO_SETTING: "1",
    });
    await endpointSaid(child);
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
  }, 60_000);
});

describe("a collector of traces that is away", () => {
  it("is told of once, and is no reason to end with a fault", async () => {
    const server = await startServer({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
    onTestFinished(async () => {
      await server.stop();
    });
    expect((await verify(server.endpoint, server.key)).status).toBe(400);
    expect(await server.stop()).toBe(0);
    expect(server.output().match(/mien: traces do not arrive: .*ECONNREFUSED/g)).toHaveLength(1);
  }, 60_000);

  it("is told of again when it is back, once", async () => {
    let away = true;
    const taken = { lost: 0, kept: 0 };
    const collector = createServer((request, response) => {
      if (away) {
        taken.lost++;
        request.socket.destroy();
        return;
      }
      taken.kept++;
      response.setHeader("content-type", "application/json").end("{}");
    });
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void collector.close());
    const { port } = collector.address() as AddressInfo;
    const server = await startServer({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: "500",
      // Milliseconds between two parcels of spans.
      OTEL_BSP_SCHEDULE_DELAY: "100",
    });
    onTestFinished(async () => {
      await server.stop();
    });
    const told = () => server.output().match(/(?<=mien: )traces [a-z ]+/g);
    const lost = "traces do not arrive";
    // Two parcels each way: what is told once is not told with the second.
    const sendUntil = async (enough: () => boolean): Promise<void> => {
      while (!enough()) {
        expect((await verify(server.endpoint, server.key)).status).toBe(400);
        await delay(50);
      }
    };
    await sendUntil(() => taken.lost > 0 && told() !== null);
    const before = taken.lost;
    await sendUntil(() => taken.lost > before + 1);
    expect(told()).toEqual([lost]);
    away = false;
    await sendUntil(() => taken.kept > 2);
    expect(told()).toEqual([lost, "traces arrive again"]);
    expect(await server.stop()).toBe(0);
    expect(told()).toEqual([lost, "traces arrive again"]);
  }, 60_000);
});

describe.skipIf(process.platform !== "linux")("a terminal that is closed", () => {
  it("takes its lines with it and not the server", async () => {
    const command = `echo "pid $$"; exec ${process.execPath} ${mienScript} serve`;
    const terminal = spawn("script", ["--quiet", "--command", command, "/dev/null"], {
      stdio: ["ignore", "pipe", "ignore"],
      env: environmentOf(testFolder()),
    });
    // The server ends with it only where nobody has killed it.
    onTestFinished(() => void terminal.kill());
    let written = "";
    const [endpoint, pid] = await new Promise<[string, number]>((resolve, reject) => {
      terminal.stdout.on("data", (chunk: Buffer) => {
        written += chunk.toString();
        const found = /pid (\d+)[^]*listens on (http:\S+)/.exec(written);
        if (found !== null) resolve([found[2]!, Number(found[1])]);
      });
      terminal.once("exit", () => reject(new Error(written)));
    });
    onTestFinished(() => {
      if (isAlive(pid)) process.kill(pid, "SIGKILL");
    });
    expect((await verify(endpoint, "k")).status).toBe(400);
    terminal.kill("SIGKILL");
    await expect.poll(() => readlinkSync(`/proc/${pid}/fd/2`)).toContain("(deleted)");
    for (let call = 0; call < 3; call++) expect((await verify(endpoint, "k")).status).toBe(400);
    process.kill(pid, "SIGTERM");
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});
