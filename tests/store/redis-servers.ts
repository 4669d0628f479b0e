/** Real Redis servers on free ports of this machine: one, or a cluster of three masters with a replica each. */
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { endWithTests } from "../end-with-tests.js";
import { temporaryFolder } from "./faces.js";

export const redisIsInstalled = spawnSync("redis-server", ["--version"]).status === 0;

export interface RedisProcess {
  readonly port: number;
  readonly folder: string;
  readonly child: ChildProcess;
  /** Ends it as a power failure would. */
  kill(): Promise<void>;
}

export interface RedisServers {
  readonly url: string;
  readonly nodes: RedisProcess[];
  /** The nodes that are masters now. */
  masters(): Promise<RedisProcess[]>;
  /** Starts a killed one again on what it left. */
  restart(node: RedisProcess): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds after which the cluster takes a silent node for dead. */
export const nodeTimeout = 1500;

/**
 * Every write is with the system before it is answered, so that all processes may be killed at once: `everysec` lets a write
 * wait for up to two seconds while the disk is busy, and `always` the whole server for the disk.
 */
const durable = ["--appendonly", "yes", "--appendfsync", "no", "--save", ""];

const run = promisify(execFile);

export async function command(port: number, ...words: string[]): Promise<string> {
  const { stdout } = await run("redis-cli", ["-p", String(port), ...words]);
  return stdout.trim();
}

/** What goes with a node's port: its gate (see `failover.test.ts`) and the cluster's bus. */
const offsets = [0, 5, 10_000];

/** A free port with what goes with it, below those that the system gives to outgoing connections. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 12_000 + 10 * Math.floor(Math.random() * 1000);
    const free = await Promise.all(offsets.map((offset) => isFree(port + offset)));
    if (free.every(Boolean)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  const free = await new Promise<boolean>((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (free) await new Promise((resolve) => probe.close(resolve));
  return free;
}

async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (await done().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}

async function startNode(
  port: number,
  folder: string,
  words: readonly string[],
): Promise<RedisProcess> {
  mkdirSync(folder, { recursive: true });
  const child = spawn(
    "redis-server",
    ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, ...words],
    { stdio: "ignore" },
  );
  endWithTests(child);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  // Another process's server may have taken the port meanwhile, and would answer in its place.
  await until("a server", async () => hasEnded() || (await command(port, "ping")) === "PONG");
  if (hasEnded()) throw new Error(`redis-server has ended at once at port ${port}`);
  return {
    port,
    folder,
    child,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function start(
  count: number,
  words: readonly string[],
  announce: (port: number) => readonly string[] = () => [],
): Promise<RedisServers> {
  const folder = temporaryFolder();
  const nodes: RedisProcess[] = [];
  // One after the other, so that none takes a port that another has found free.
  for (let index = 0; index < count; index++) {
    const port = await freePort();
    nodes.push(
      await startNode(port, join(folder, String(index)), [...durable, ...words, ...announce(port)]),
    );
  }
  return {
    url: nodes.map(({ port }) => `redis://127.0.0.1:${port}`).join(","),
    nodes,
    async masters() {
      const roles = await Promise.all(
        nodes.map(({ port }) => command(port, "role").catch(() => "gone")),
      );
      return nodes.filter((_, index) => roles[index]!.startsWith("master"));
    },
    async restart(node) {
      const { port, folder: own } = node;
      nodes[nodes.indexOf(node)] = await startNode(port, own, [
        ...durable,
        ...words,
        ...announce(port),
      ]);
    },
    async close() {
      await Promise.all(nodes.map((node) => node.kill()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function startRedis(): Promise<RedisServers> {
  return start(1, []);
}

export interface ClusterOptions {
  /** Of each of the three masters; default 1. */
  readonly replicas?: number;
  /** Further options of a node by its port. */
  readonly announce?: (port: number) => readonly string[];
  /** Done when the nodes run and know nothing of each other yet. */
  readonly prepare?: (nodes: readonly RedisProcess[]) => Promise<void>;
}

export async function startCluster({
  replicas = 1,
  announce,
  prepare,
}: ClusterOptions = {}): Promise<RedisServers> {
  const servers = await start(
    3 * (1 + replicas),
    [
      ...["--cluster-enabled", "yes", "--cluster-node-timeout", String(nodeTimeout)],
      // Replicas would wait five seconds for others that want the same copy.
      ...["--repl-diskless-sync-delay", "0"],
    ],
    announce,
  );
  await prepare?.(servers.nodes);
  const addresses = servers.nodes.map(({ port }) => `127.0.0.1:${port}`);
  await run("redis-cli", [
    ...["--cluster", "create", ...addresses],
    ...["--cluster-replicas", String(replicas), "--cluster-yes"],
  ]);
  await clusterIsReady(servers);
  return servers;
}

/** Waits until every node that lives takes the cluster for whole, with a replica at each master. */
export function clusterIsReady(servers: RedisServers): Promise<void> {
  return until("the cluster", async () => {
    for (const { port, child } of servers.nodes) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      if (!(await command(port, "cluster", "info")).includes("cluster_state:ok")) return false;
      // A replica that was just filled keeps no log until it has written a first one.
      const persistence = await command(port, "info", "persistence");
      if (!/aof_rewrite_in_progress:0[^]*aof_rewrite_scheduled:0/.test(persistence)) return false;
      const role = (await command(port, "role")).split("\n");
      if (role[0] === "master" && role.length < 3) return false;
      if (role[0] === "slave" && !role.includes("connected")) return false;
    }
    return true;
  });
}
