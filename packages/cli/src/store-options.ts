/** Options and opening of the commands that work on a face store, which may be one that servers serve from. */
import { readSettings, settingRows, type RawSettings } from "@mien/server/settings";
import { openStoreOperations, type StoreOperations } from "@mien/server/store-operations";
import { Option, type Command } from "commander";
import type { CommandContext } from "./command-context.js";
import { exitCodes } from "./exit-codes.js";
import { CommandFailure } from "./failure.js";

const rows = ["dataDirectory", "storeUrl", "masterKey", "masterKeyFile"] as const;

/** Which store: the same flags and variables as `mien serve` has. */
export function addStoreOptions(command: Command): Command {
  for (const name of rows) {
    const { flag, meaning, environment, fallback } = settingRows[name];
    const shown = fallback === "" ? "" : `, default ${fallback}`;
    command.addOption(new Option(flag, `${meaning} (${environment}${shown})`));
  }
  return command;
}

/** Runs a piece of work with the store, which is closed whatever happens. */
export async function withStore<Result>(
  command: Command,
  context: CommandContext,
  work: (store: StoreOperations) => Promise<Result>,
): Promise<Result> {
  const flags = command.opts<Record<string, string>>();
  const raw: RawSettings = {};
  for (const name of rows) {
    const option = command.options.find(({ flags: text }) => text === settingRows[name].flag);
    const value = option === undefined ? undefined : flags[option.attributeName()];
    if (value !== undefined) raw[name] = value;
  }
  try {
    const store = await openStoreOperations(readSettings(raw, context.terminal.environment));
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  } catch (error) {
    const { name, message } = error as Error;
    if (name === "SettingError")
      throw new CommandFailure(message, exitCodes.usage, { cause: error });
    if (name === "BackupError")
      throw new CommandFailure(message, exitCodes.refused, { cause: error });
    if (name === "StoreUnavailableError")
      throw new CommandFailure(message, exitCodes.unavailable, { cause: error });
    throw error;
  }
}
