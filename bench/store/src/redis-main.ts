/**
 * `npm run bench:store-redis [count]`: fills a Redis that it starts on this machine (Debian's `redis-server`, log on) and tells bytes
 * of memory for each face and calls a second of one server process. Writes `bench/results/store-redis.json`.
 */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { masterKeysFromText } from "@mien/gallery/master-keys";
import { openRedisStore } from "@mien/gallery/redis-store";
import type { MaintainedStore } from "@mien/gallery/store";
import { dayMilliseconds, faceIdOf, faceOf, tenant } from "./bench-faces.js";

const count = Number(process.argv[2] ?? 50_000);
/** Of its own: on a port that others know, somebody else's Redis might answer, and be filled. */
const port = await freePort();
const folder = await mkdtemp(join(tmpdir(), "mien-bench-"));
const server = spawn(
  "redis-server",
  [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--appendonly",
    "yes",
    "--save",
    "",
  ],
  { stdio: "ignore" },
);
let ended = false;
server.once("exit", () => (ended = true));

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function connected(): Promise<MaintainedStore> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await openRedisStore({
        url: `redis://127.0.0.1:${port}`,
        masterKeys: masterKeysFromText("77".repeat(32)),
      });
    } catch (error) {
      if (ended || attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Seconds that lanes at work at the same time take for all pieces. */
async function inLanes(
  pieces: number,
  work: (piece: number) => Promise<unknown>,
  lanes = 16,
): Promise<number> {
  const started = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let piece = next++; piece < pieces; piece = next++) await work(piece);
    }),
  );
  return (performance.now() - started) / 1000;
}

const store = await connected();
try {
  const before = (await store.statistics()).bytesOnDisk;
  const putting = await inLanes(count / 5, (piece) =>
    store.put(
      tenant,
      Array.from({ length: 5 }, (_, index) => faceOf(piece * 5 + index)),
      dayMilliseconds,
    ),
  );
  const { bytesOnDisk } = await store.statistics();
  const some = (length: number): string[] =>
    Array.from({ length }, () => faceIdOf(Math.floor(Math.random() * count)));
  const pairs = 5000;
  const verifying = await inLanes(pairs, () => store.get(tenant, some(2)));
  const searches = 50;
  const searching = await inLanes(searches, () => store.get(tenant, some(1000)), 2);
  const report = {
    faces: count,
    bytesPerFace: Math.round((bytesOnDisk - before) / count),
    putsOfFivePerSecond: Math.round(count / 5 / putting),
    readsOfTwoPerSecond: Math.round(pairs / verifying),
    readsOfThousandPerSecond: Math.round(searches / searching),
  };
  const results = fileURLToPath(new URL("../../results", import.meta.url));
  await mkdir(results, { recursive: true });
  const measured = { machine: cpus()[0]?.model, node: process.version, ...report };
  await writeFile(join(results, "store-redis.json"), `${JSON.stringify(measured, undefined, 1)}\n`);
  console.log(
    "| Faces | Bytes each | Puts of 5 a second | Reads of 2 a second | Reads of 1000 a second |",
  );
  console.log("| ---: | ---: | ---: | ---: | ---: |");
  console.log(`| ${Object.values(report).join(" | ")} |`);
} finally {
  await store.close();
  server.kill();
  await rm(folder, { recursive: true, force: true });
}
