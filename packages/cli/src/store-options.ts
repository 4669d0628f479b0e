/** Options and opening of the commands that work on a face store, which may be one that servers serve from. */
import { readSettings } from "@mien/server/settings";
import type { StoreOperations } from "@mien/server/store-operations";
import type { Command } from "commander";
import type { CommandContext } from "./command-context.js";
import { openUnlessAborted, unlessAborted } from "./interruption.js";
import { addSettingOptions, namedSettings } from "./setting-options.js";

const rows = ["dataDirectory", "storeUrl", "masterKey", "masterKeyFile"] as const;

/** Which store: the same flags and variables as `mien serve` has. */
export function addStoreOptions(command: Command): Command {
  addSettingOptions(command, rows);
  return command;
}

/**
 * Runs a piece of work with the store, which is closed whatever happens.
 * @param endsInOrder the work ends by itself when the context's signal aborts; any other is left at once, for the store
 * may never answer and stays whole when a process ends.
 */
export async function withStore<Result>(
  command: Command,
  context: CommandContext,
  work: (store: StoreOperations) => Promise<Result>,
  endsInOrder = false,
): Promise<Result> {
  const settings = readSettings(namedSettings(command, rows), context.terminal.environment);
  // Loaded only now: doctor must be able to say that LMDB does not load.
  const { openStoreOperations } = await import("@mien/server/store-operations");
  const { signal } = context;
  const store = await openUnlessAborted(openStoreOperations(settings), signal);
  try {
    return await (endsInOrder ? work(store) : unlessAborted(work(store), signal));
  } finally {
    await store.close();
  }
}
