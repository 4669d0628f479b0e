/** What `mien doctor` finds beyond this machine's files. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { masterText } from "../store/faces.js";
import { command, redisIsInstalled, startCluster, startRedis } from "../store/redis-servers.js";
import { mienScript } from "./running-server.js";

interface Finding {
  readonly subject: string;
  readonly state: string;
  readonly detail: string;
}

/** In a process of its own while this one serves; it must end by itself. */
async function doctor(environment: Readonly<Record<string, string>>): Promise<Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), "doctor-"));
  const child = spawn(
    process.execPath,
    [mienScript, "doctor", "--json", "--port", "0", "--data-dir", folder],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...environment },
      timeout: 25_000,
    },
  );
  const [said, [, signal]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  rmSync(folder, { recursive: true });
  expect(signal).toBeNull();
  return JSON.parse(said) as Finding[];
}

const faceStore = async (
  url: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Finding | undefined> =>
  (await doctor({ MIEN_STORE_URL: url, MIEN_MASTER_KEY: masterText, ...environment })).find(
    ({ subject }) => subject === "Face store",
  );

it("names variables that look like settings and are none", async () => {
  const findings = await doctor({ MIEN_API_KEY: "misspelt", MIEN_KEY: "for clients" });
  expect(findings.filter(({ subject }) => subject === "Settings")).toEqual([
    {
      subject: "Settings",
      state: "warning",
      detail: "MIEN_API_KEY is not a setting and has no effect",
      remedy: "mien serve --help   # lists all settings",
    },
  ]);
});

it("does not wait long for a Redis that takes connections and says nothing", async () => {
  const connections = new Set<Socket>();
  const mute = createServer((socket) => connections.add(socket));
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const { port } = mute.address() as AddressInfo;
  try {
    expect(await faceStore(`redis://:secret@127.0.0.1:${port}`)).toMatchObject({
      state: "fault",
      detail: expect.stringMatching(/^Redis cannot be reached at 127[^@]*$/) as string,
    });
  } finally {
    for (const socket of connections) socket.destroy();
    mute.close();
  }
}, 30_000);

it.skipIf(!redisIsInstalled)("asks Redis", async () => {
  const redis = await startRedis();
  try {
    expect(await faceStore(redis.url)).toMatchObject({
      state: "well",
      detail: "in Redis, which answers",
    });
  } finally {
    await redis.close();
  }
});

it.skipIf(!redisIsInstalled)("finds in Redis what serve refuses, and writes nothing", async () => {
  const redis = await startRedis();
  const { port } = redis.nodes[0]!;
  const fault = (detail: string): object => ({
    state: "fault",
    detail: expect.stringContaining(detail) as string,
  });
  try {
    expect(await faceStore(redis.url, { MIEN_STORE_REPLICAS: "1" })).toMatchObject(
      fault("0 of 1 replicas"),
    );
    await command(port, "config", "set", "maxmemory-policy", "allkeys-lru");
    expect(await faceStore(redis.url)).toMatchObject(fault("maxmemory-policy allkeys-lru"));
    await command(port, "config", "set", "maxmemory-policy", "noeviction");
    expect(await command(port, "dbsize")).toBe("0");
    await command(port, "set", "mien:format", "99");
    expect(await faceStore(redis.url)).toMatchObject(fault("the face store has format 99"));
  } finally {
    await redis.close();
  }
});

it("finds too few threads for the embedded store, and needs none with Redis", async () => {
  const threadPool = async (environment: Readonly<Record<string, string>>) =>
    (await doctor({ UV_THREADPOOL_SIZE: "1", ...environment })).find(
      ({ subject }) => subject === "Thread pool",
    );
  expect(await threadPool({})).toMatchObject({
    state: "fault",
    detail: "UV_THREADPOOL_SIZE must be at least 2",
  });
  expect(await threadPool({ UV_THREADPOOL_SIZE: "2" })).toMatchObject({ state: "well" });
  // Nobody listens there: Redis itself is another finding.
  const withRedis = { MIEN_STORE_URL: "redis://127.0.0.1:1", MIEN_MASTER_KEY: masterText };
  expect(await threadPool(withRedis)).toBeUndefined();
});

it.skipIf(!redisIsInstalled)("asks a cluster, and says why one does not answer", async () => {
  const cluster = await startCluster();
  try {
    for (const { port } of cluster.nodes)
      await command(
        port,
        ...["acl", "setuser", "limited", "on", ">pw", "~*", "&*", "+@all", "-cluster|slots"],
      );
    expect(await faceStore(cluster.url)).toMatchObject({ state: "well" });
    expect(await faceStore(cluster.url.replaceAll("//", "//limited:pw@"))).toMatchObject({
      state: "fault",
      detail: expect.stringMatching(
        /^Redis does not let the user in MIEN_STORE_URL run CLUSTER SLOTS: add \+cluster\|slots/,
      ) as string,
    });
  } finally {
    await cluster.close();
  }
});
