/** What a first start promises: a key of its own for its owner only, loopback only, and an orderly end. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mienScript, startServer } from "./running-server.js";

describe("the first start", () => {
  it("makes a key that only its owner can read, is ready, and ends with 0 at SIGTERM", async () => {
    const server = await startServer();
    expect(statSync(join(server.dataDirectory, "key")).mode & 0o777).toBe(0o600);
    expect(server.key).toMatch(/^[0-9a-f]{64}$/);
    for (const path of ["healthz", "readyz"])
      expect((await fetch(`${server.endpoint}/${path}`)).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });

  it("prints a command that a shell reads as it is meant, also below a folder of two words", async () => {
    const server = await startServer({}, mkdtempSync(join(tmpdir(), "mien test-")));
    await expect.poll(() => server.output()).toContain("@photo.jpg");
    const { stdout } = spawnSync("sh", ["-c", /\$\(.*\)/.exec(server.output())![0].slice(2, -1)], {
      encoding: "utf8",
    });
    expect(stdout.trim()).toBe(server.key);
    await server.stop();
  });

  it("names variables that look like settings and are none", async () => {
    const server = await startServer({
      MIEN_API_KEY: "misspelt",
      MIEN_SERVICE_HOST: "10.0.0.1",
      MIEN_KEY: "for clients",
    });
    expect(await server.stop()).toBe(0);
    expect(server.output().match(/MIEN_\w+ is not a setting/g)).toEqual([
      "MIEN_API_KEY is not a setting",
    ]);
    expect(server.output()).not.toContain("misspelt");
  });

  it.each(["0:0:0:0:0:0:0:1", "[::1]"])(
    "needs no configured key at %s, which is this machine",
    (host) => {
      const folder = mkdtempSync(join(tmpdir(), "mien-test-"));
      // A start that goes further than the door says what is wrong behind it.
      const { stderr } = spawnSync(
        process.execPath,
        [mienScript, "serve", "--host", host, "--port", "0", "--data-dir", folder],
        { encoding: "utf8", env: { ...process.env, MIEN_MASTER_KEY: "none" } },
      );
      rmSync(folder, { recursive: true, force: true });
      expect(stderr).toContain("MIEN_MASTER_KEY: a master key is 32 bytes");
    },
  );

  it("refuses to listen beyond this machine without a configured key", () => {
    const folder = mkdtempSync(join(tmpdir(), "mien-test-"));
    const { status, stderr } = spawnSync(
      process.execPath,
      [mienScript, "serve", "--host", "0.0.0.0", "--port", "0", "--data-dir", folder],
      { encoding: "utf8", env: { ...process.env, MIEN_API_KEYS: "" } },
    );
    rmSync(folder, { recursive: true, force: true });
    expect(status).toBe(2);
    expect(stderr).toContain("MIEN_API_KEYS");
  });
});

/** What is wrong, the exit code, what is said, and the environment. */
type ImpossibleStart = [string, number, RegExp, () => Record<string, string>];

describe("a start that cannot be", () => {
  const folder = mkdtempSync(join(tmpdir(), "mien-test-"));
  const busy = createServer();
  let port: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
    port = String((busy.address() as AddressInfo).port);
  });
  afterAll(() => {
    busy.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each<ImpossibleStart>([
    ["a port that is taken", 2, /set MIEN_PORT/, () => ({ MIEN_PORT: port })],
    [
      "an address of another machine",
      2,
      /set MIEN_HOST/,
      () => ({ MIEN_HOST: "192.0.2.1", MIEN_API_KEYS: "k" }),
    ],
    [
      "a data directory that is a file",
      2,
      /MIEN_DATA_DIR: the folder .* cannot be created \(EEXIST\)/,
      () => ({ MIEN_DATA_DIR: mienScript }),
    ],
    ...(process.platform === "linux"
      ? [
          [
            "a data directory where nobody can make one",
            2,
            /MIEN_DATA_DIR: the folder \/proc\/mien\/data cannot be created \(ENOENT\)/,
            () => ({ MIEN_DATA_DIR: "/proc/mien/data" }),
          ] satisfies ImpossibleStart,
        ]
      : []),
    [
      "signing keys at no address",
      2,
      /MIEN_JWKS must be an https URL or the path of a file/,
      () => ({ MIEN_JWKS: "https://", MIEN_JWT_ISSUER: "i", MIEN_JWT_AUDIENCE: "a" }),
    ],
    [
      "signing keys that are not there",
      2,
      /MIEN_JWKS: \/not-there cannot be read \(ENOENT\)/,
      () => ({ MIEN_JWKS: "/not-there", MIEN_JWT_ISSUER: "i", MIEN_JWT_AUDIENCE: "a" }),
    ],
    [
      "a master key that is not there",
      2,
      /cannot be read \(ENOENT\).*openssl rand/,
      () => ({ MIEN_MASTER_KEY_FILE: join(folder, "absent") }),
    ],
    ["a master key that is none", 2, /openssl rand/, () => ({ MIEN_MASTER_KEY: "short" })],
    [
      "a store that is no Redis",
      2,
      /MIEN_STORE_URL must be redis:\/\//,
      () => ({ MIEN_STORE_URL: "http://127.0.0.1:1", MIEN_MASTER_KEY: "0".repeat(64) }),
    ],
    [
      "a Redis without a master key for it",
      2,
      /MIEN_STORE_URL needs MIEN_MASTER_KEY/,
      () => ({ MIEN_STORE_URL: "redis://127.0.0.1:1", MIEN_DATA_DIR: join(folder, "empty") }),
    ],
    [
      "a sign of Redis that is not written as it must be",
      2,
      /write it as %25/,
      () => ({ MIEN_STORE_URL: "redis://:100%@127.0.0.1:1", MIEN_MASTER_KEY: "0".repeat(64) }),
    ],
    [
      "a Redis that is not there",
      5,
      /Redis cannot be reached at 127.0.0.1:1/,
      () => ({ MIEN_STORE_URL: "redis://127.0.0.1:1", MIEN_MASTER_KEY: "0".repeat(64) }),
    ],
  ])("for %s ends with %d and says what to do", (_what, expected, remedy, environment) => {
    const { status, stderr } = spawnSync(process.execPath, [mienScript, "serve"], {
      encoding: "utf8",
      timeout: 120_000,
      killSignal: "SIGKILL",
      env: {
        ...process.env,
        MIEN_PORT: "0",
        MIEN_WORKERS: "1",
        MIEN_DATA_DIR: join(folder, "data"),
        ...environment(),
      },
    });
    expect(stderr).toMatch(remedy);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(status).toBe(expected);
  });
});
