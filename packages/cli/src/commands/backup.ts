import { stat } from "node:fs/promises";
import type { StoreOperations } from "@mien/server/store-operations";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { addExamples, addJsonOption, type JsonOption } from "../options.js";
import { addStoreOptions, withStore } from "../store-options.js";
import { printJson, printLine } from "../terminal.js";

export function addBackupCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("backup")
    .summary("write the live faces to an encrypted file")
    .description(
      "Writes the live faces of a store to a file; servers can keep running. The file contains no keys: it can be\n" +
        "restored only where the keys still exist, and no copy of it can be read once they are destroyed.",
    )
    .argument("<file>", "file to write")
    .action((file: string, options: JsonOption) => backup(file, options, command, context));
  addStoreOptions(command);
  addJsonOption(command);
  addExamples(command, ["backup /backups/faces", "backup faces --data-dir /var/lib/mien"]);
}

async function backup(
  file: string,
  options: JsonOption,
  command: Command,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const work = (store: StoreOperations) => store.backup(file, context.signal);
  // It takes away what it has written so far.
  const faces = await withStore(command, context, work, true);
  const { size } = await stat(file);
  if (options.json === true) printJson(terminal, { file, faces, bytes: size });
  else printLine(terminal, `${faces} faces in ${file}, ${(size / 1e6).toFixed(1)} MB`);
}
