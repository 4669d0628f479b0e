import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { addExamples, addJsonOption, type JsonOption } from "../options.js";
import { addStoreOptions, withStore } from "../store-options.js";
import { printJson, printLine } from "../terminal.js";

export function addRestoreCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("restore")
    .summary("restore the faces of a backup")
    .description(
      "Restores the faces of a backup that have not expired and whose keys still exist. Faces already in the\n" +
        "store stay; servers can keep running. A damaged file is refused as a whole.",
    )
    .argument("<file>", "file written by mien backup")
    .action((file: string, options: JsonOption) => restore(file, options, command, context));
  addStoreOptions(command);
  addJsonOption(command);
  addExamples(command, ["restore /backups/faces"]);
}

async function restore(
  file: string,
  options: JsonOption,
  command: Command,
  context: CommandContext,
): Promise<void> {
  const sum = await withStore(command, context, (store) => store.restore(file));
  if (options.json === true) printJson(context.terminal, sum);
  else
    printLine(
      context.terminal,
      `${sum.restored} faces from the backup are now in the store, including any that were already there; ${sum.expired} had expired; the keys of ${sum.unreadable} are destroyed or not here`,
    );
}
