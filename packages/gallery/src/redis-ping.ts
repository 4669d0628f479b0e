/** Whether Redis answers, without opening a store in it: nothing is written. */
import { messageOf } from "./message-of.js";
import { connectTopology } from "./redis-topology.js";
import { StoreUnavailableError } from "./store.js";

/**
 * Connects as a server does, and asks every master for a sign of life.
 * @param limit milliseconds of each attempt to connect and of each command.
 * @throws StoreUnavailableError, of wrong URLs StoreSettingError
 */
export async function pingRedis(url: string, limit: number): Promise<void> {
  const { topology } = await connectTopology(url, {
    connectTimeout: limit,
    commandTimeout: limit,
  });
  try {
    await Promise.all(topology.masters().map((master) => master.ping()));
  } catch (cause) {
    throw new StoreUnavailableError(`Redis does not answer: ${messageOf(cause)}`, { cause });
  } finally {
    topology.close();
  }
}
