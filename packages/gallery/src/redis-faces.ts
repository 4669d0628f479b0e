/** The faces of a store in Redis: what their keys are, and walks through all of them. */
import { runBatch } from "./redis-batch.js";
import { unanswered } from "./redis-refusals.js";
import type { Topology } from "./redis-topology.js";
import type { SealedFace } from "./store.js";

/** Keys looked at in one step of a walk through a server. */
const scanCount = 1000;

const prefix = "mien:f:";

export function faceKeyOf(tag: Buffer, faceId: Buffer): string {
  return `${prefix}${tag.toString("base64url")}:${faceId.toString("base64url")}`;
}

function readFaceKey(key: string): { tenantTag: Buffer; faceId: Buffer } {
  const [tag = "", faceId = ""] = key.slice(prefix.length).split(":");
  return { tenantTag: Buffer.from(tag, "base64url"), faceId: Buffer.from(faceId, "base64url") };
}

/** The pattern of every face's key. */
export const anyFaceKey = `${prefix}*`;

/** The pattern of the keys of a tenant's faces. */
export function anyFaceKeyOf(tag: Buffer): string {
  return `${prefix}${tag.toString("base64url")}:*`;
}

/** Keys of every master, piece by piece. A key that is there from begin to end is given at least once. */
export async function* scan(topology: Topology, pattern: string): AsyncGenerator<string[]> {
  for (const node of topology.masters()) {
    let cursor = "0";
    do {
      let keys: string[];
      try {
        [cursor, keys] = await node.scan(cursor, "MATCH", pattern, "COUNT", scanCount);
      } catch (cause) {
        throw unanswered(cause, node.options);
      }
      if (keys.length > 0) yield keys;
    } while (cursor !== "0");
  }
}

/** The faces that are still there. */
export async function sealedOf(
  topology: Topology,
  keys: readonly string[],
): Promise<(SealedFace & { key: string })[]> {
  const replies = await runBatch(
    topology,
    keys.map((key) => ({ key, name: "GET", arguments: [key] })),
  );
  return keys.flatMap((key, index) => {
    const record = replies[index] as Buffer | null;
    return record === null ? [] : [{ key, ...readFaceKey(key), record }];
  });
}
