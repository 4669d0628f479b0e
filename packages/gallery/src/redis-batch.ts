/** Commands to one Redis server or a cluster, many at once: one round trip to each of the masters. */
import type { Redis } from "ioredis";
import { refusalOf, unanswered } from "./redis-refusals.js";
import type { Topology } from "./redis-topology.js";
import { StoreUnavailableError } from "./store.js";

/** A command that goes to the master of its key. */
export interface RedisCommand {
  /** Decides who gets it. */
  readonly key: string;
  readonly name: string;
  readonly arguments: readonly (string | number | Buffer)[];
}

/** What must hold before a batch counts as done. */
export interface BatchOptions {
  /** Replicas of each touched master that must have what was written. */
  readonly replicas?: number;
}

/** How long replicas may take to confirm what was written, milliseconds. */
const replicationTimeout = 1000;
/** Times that a batch is tried again when keys have moved, and milliseconds between. */
const retries = { count: 3, delay: 100 } as const;

/** The keys are elsewhere now, or a node has just changed: worth another try. */
function isPassing(error: Error): boolean {
  return /^(MOVED|ASK|TRYAGAIN|READONLY|LOADING)\b|Connection is closed|Stream isn't writeable|ECONN/.test(
    error.message,
  );
}

/**
 * Runs commands, each at the master that has its key: one round trip to each of the masters, all at once. Commands must bear
 * being repeated.
 * @returns the replies in order, texts as buffers.
 * @throws StoreUnavailableError
 */
export async function runBatch(
  topology: Topology,
  commands: readonly RedisCommand[],
  options: BatchOptions = {},
): Promise<unknown[]> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await runOnce(topology, commands, options);
    } catch (cause) {
      if (attempt >= retries.count || !(cause instanceof Error) || !isPassing(cause))
        throw unanswered(cause);
      await topology.refresh();
      await new Promise((resolve) => setTimeout(resolve, retries.delay));
    }
  }
}

async function runOnce(
  topology: Topology,
  commands: readonly RedisCommand[],
  { replicas = 0 }: BatchOptions,
): Promise<unknown[]> {
  const byNode = new Map<Redis, number[]>();
  commands.forEach(({ key }, index) => {
    const node = topology.nodeFor(key);
    if (node === undefined) throw new Error("TRYAGAIN nobody is known to have the key");
    const indices = byNode.get(node);
    if (indices === undefined) byNode.set(node, [index]);
    else indices.push(index);
  });
  const replies: unknown[] = [];
  await Promise.all(
    [...byNode].map(async ([node, indices]) => {
      const pipeline = node.pipeline();
      for (const index of indices) {
        const command = commands[index]!;
        pipeline.callBuffer(command.name, ...command.arguments);
      }
      // On the same connection: it waits for the writes before it, and fails with them when the connection breaks.
      if (replicas > 0) pipeline.call("WAIT", replicas, replicationTimeout);
      const results = (await pipeline.exec()) ?? [];
      results.forEach(([error, reply], position) => {
        if (error !== null) {
          const told: Error = refusalOf(error, node.options) ?? error;
          throw told;
        }
        if (position < indices.length) replies[indices[position]!] = reply;
        else if (Number(reply) < replicas)
          throw new StoreUnavailableError(
            `${Number(reply)} of ${replicas} replicas have confirmed a write`,
          );
      });
    }),
  );
  return replies;
}
