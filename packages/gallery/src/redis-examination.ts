/** Whether Redis can be a face store, without opening one in it: nothing is written. */
import { messageOf } from "./message-of.js";
import { checkRedis, durability, masterIdIn } from "./redis-checks.js";
import { refusalOf } from "./redis-refusals.js";
import { connectTopology } from "./redis-topology.js";
import { StoreUnavailableError } from "./store.js";

/**
 * Connects as a server does, and looks at what a server would refuse. Which master keys it would have is for the caller to know.
 * @param options `replicas` as configured; `limit` is milliseconds of each attempt to connect and of each command.
 * @returns the id of the master key that a server needs; `undefined` where none has begun a store.
 * @throws StoreUnavailableError, of wrong URLs StoreSettingError
 */
export async function examineRedis(
  url: string,
  { replicas, limit }: { readonly replicas: number | undefined; readonly limit: number },
): Promise<string | undefined> {
  const { topology, clustered } = await connectTopology(url, {
    connectTimeout: limit,
    commandTimeout: limit,
  });
  try {
    await checkRedis(topology, durability(replicas, clustered), "look");
    return await masterIdIn(topology);
  } catch (error) {
    const cause = error instanceof StoreUnavailableError ? error.cause : error;
    // What a look finds wrong is told as it is.
    if (cause === undefined || refusalOf(cause) !== undefined) throw error;
    throw new StoreUnavailableError(`Redis does not answer: ${messageOf(cause)}`, { cause });
  } finally {
    topology.close();
  }
}
