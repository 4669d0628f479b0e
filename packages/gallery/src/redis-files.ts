/**
 * The files that Redis itself keeps. Its log and snapshots hold what was written until they are written anew, so a key that
 * Redis has forgotten lies in them still: here they are written anew.
 */
import type { Redis } from "ioredis";
import { messageOf } from "./message-of.js";
import { refusalOf, unanswered } from "./redis-refusals.js";
import type { Topology } from "./redis-topology.js";
import { StoreUnavailableError } from "./store.js";

/** Milliseconds between looks at whether a server has finished. */
const pause = 100;

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\s*$`, "m").exec(info)?.[1];
}

async function isWriting(node: Redis): Promise<boolean> {
  const info = await node.info("persistence");
  return ["aof_rewrite_in_progress", "aof_rewrite_scheduled", "rdb_bgsave_in_progress"].some(
    (name) => field(info, name) === "1",
  );
}

async function idle(node: Redis): Promise<void> {
  while (await isWriting(node)) await new Promise((resolve) => setTimeout(resolve, pause));
}

/** Whether it has made one since its start or will make one; who never does must not be made to. */
async function makesSnapshots(node: Redis): Promise<boolean> {
  const saves = field(await node.info("persistence"), "rdb_saves");
  if (saves !== undefined && saves !== "0") return true;
  const [, rule] = (await node.config("GET", "save")) as [string?, string?];
  return rule !== undefined && rule !== "";
}

/** Log and snapshot of one server, one after the other, each from what is in its memory when that begins. */
async function rewrite(node: Redis): Promise<void> {
  await idle(node);
  const before = await node.info("persistence");
  if (field(before, "aof_enabled") === "1") {
    await node.call("BGREWRITEAOF");
    await idle(node);
    const status = field(await node.info("persistence"), "aof_last_bgrewrite_status");
    if (status !== "ok") throw new Error(`its log cannot be written anew: ${status}`);
  }
  if (!(await makesSnapshots(node))) return;
  await node.call("BGSAVE");
  await idle(node);
  const status = field(await node.info("persistence"), "rdb_last_bgsave_status");
  if (status !== "ok") throw new Error(`its snapshot cannot be written: ${status}`);
}

/**
 * Milliseconds that a member of a cluster which cannot be asked yet is waited for: a replica that has just joined, whose master
 * lets it wait for five seconds (`repl-diskless-sync-delay`) before it copies anything.
 */
const patience = 45_000;

/** Addresses of members of the cluster that cannot be asked: those that failed, and others after a while. */
async function absent(topology: Topology): Promise<string[]> {
  const end = performance.now() + patience;
  for (;;) {
    await topology.refresh();
    const missing = await topology.missing();
    if (missing.every(({ failed }) => failed) || performance.now() > end)
      return missing.map(({ address }) => address);
    await new Promise((resolve) => setTimeout(resolve, 5 * pause));
  }
}

const notWritten = (address: string, reason: string, cause?: unknown): StoreUnavailableError =>
  new StoreUnavailableError(`Redis at ${address} has not written its files anew: ${reason}`, {
    cause,
  });

/**
 * Waits until every server has written its files anew.
 * @returns how many servers did.
 * @throws StoreUnavailableError when one cannot or may not, after those that can have.
 */
export async function rewriteFiles(topology: Topology): Promise<number> {
  const missing = await absent(topology).catch((cause: unknown) => {
    throw unanswered(cause);
  });
  const nodes = topology.all();
  let failure: StoreUnavailableError | undefined;
  for (const node of nodes)
    try {
      await rewrite(node);
    } catch (cause) {
      const { host, port } = node.options;
      failure ??=
        refusalOf(cause, node.options) ?? notWritten(`${host}:${port}`, messageOf(cause), cause);
    }
  if (missing.length > 0)
    failure ??= notWritten(
      missing.join(", "),
      "its cluster cannot use it, but has not forgotten it",
    );
  if (failure !== undefined) throw failure;
  return nodes.length;
}
