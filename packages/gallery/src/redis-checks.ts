/** What a Redis must be before it may keep faces. */
import { recordFormat } from "./face-record.js";
import { type BatchOptions, runBatch } from "./redis-batch.js";
import { unanswered } from "./redis-refusals.js";
import type { Topology } from "./redis-topology.js";
import { StoreUnavailableError } from "./store.js";

/** @param replicas as configured; `undefined`: one in a cluster, none otherwise. */
export function durability(replicas: number | undefined, clustered: boolean): BatchOptions {
  return { replicas: replicas ?? (clustered ? 1 : 0) };
}

/** The entry that names the master key of the store; a Redis without it keeps no faces yet. */
export const masterName = "mien:master";

/** The id of the master key that wraps new keys; `undefined` where no server has begun a store. Nothing is written. */
export async function masterIdIn(topology: Topology): Promise<string | undefined> {
  const [id] = await runBatch(topology, [
    { key: masterName, name: "GET", arguments: [masterName] },
  ]);
  return (id as Buffer | null)?.toString("latin1");
}

/**
 * Refuses what another version wrote, replicas that are not there, and a server that would evict faces.
 * @param use `open` writes the format of this version where there is none yet; `look` writes nothing.
 * @throws StoreUnavailableError
 */
export async function checkRedis(
  topology: Topology,
  durable: BatchOptions,
  use: "open" | "look",
): Promise<void> {
  const key = "mien:format";
  const replies = await runBatch(
    topology,
    [
      ...(use === "open" ? [{ key, name: "SET", arguments: [key, recordFormat, "NX"] }] : []),
      { key, name: "GET", arguments: [key] },
    ],
    durable,
  );
  const format = (replies.at(-1) as Buffer | null)?.toString() ?? String(recordFormat);
  if (format !== String(recordFormat))
    throw new StoreUnavailableError(
      `the face store has format ${format}, this version of mien writes format ${recordFormat}: run the newer version`,
    );
  for (const node of topology.masters()) {
    const memory = await node.info("memory").catch((cause: unknown) => {
      throw unanswered(cause, node.options);
    });
    const policy = /maxmemory_policy:(\S+)/.exec(memory)?.[1] ?? "noeviction";
    if (policy !== "noeviction")
      throw new StoreUnavailableError(
        `Redis at ${node.options.host}:${node.options.port} may evict faces (maxmemory-policy ${policy}): set maxmemory-policy noeviction`,
      );
  }
}
