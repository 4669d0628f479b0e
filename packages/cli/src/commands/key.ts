import { addKey, readKeysFile, removeKey } from "@mien/server/door/keys-file";
import { Argument, type Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { exitCodes } from "../exit-codes.js";
import { CommandFailure } from "../failure.js";
import { addExamples, addJsonOption, type JsonOption } from "../options.js";
import { formatTable } from "../table.js";
import { printJson, printLine } from "../terminal.js";

interface KeyOptions extends JsonOption {
  readonly file?: string;
  readonly tenant: string;
  readonly note: string;
  readonly id?: string;
}

type Action = "add" | "list" | "remove";

export function addKeyCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("key")
    .summary("create, list and revoke keys of the service")
    .description(
      "Creates, lists and revokes keys in a file. A running service reads the file again when it changes.\n" +
        "The file contains only hashes: a new key is printed once and cannot be shown again.",
    )
    .addArgument(new Argument("<action>", "what to do").choices(["add", "list", "remove"]))
    .option("--file <file>", "keys file (default: MIEN_KEYS_FILE)")
    .option("--tenant <name>", "tenant of the key; tenants never see each other's faces", "default")
    .option("--note <text>", "what the key is for", "")
    .option("--id <id>", "id of the key to revoke, as printed by list")
    .action((action: Action, options: KeyOptions) => {
      refuseUseless(command, action);
      key(action, options, context);
    });
  addJsonOption(command);
  addExamples(command, [
    "key add --file keys --tenant shop",
    "key list --file keys",
    "key remove --file keys --id 0a1b2c3d4e5f",
  ]);
}

/** Whoever names a tenant to be listed, or an id to be added, believes that it counts. @throws CommandFailure */
function refuseUseless(command: Command, action: Action): void {
  const useful: Readonly<Record<string, Action>> = { tenant: "add", note: "add", id: "remove" };
  for (const [option, only] of Object.entries(useful))
    if (action !== only && command.getOptionValueSource(option) === "cli")
      throw new CommandFailure(
        `--${option} can only be used with mien key ${only}`,
        exitCodes.usage,
      );
}

function key(action: Action, options: KeyOptions, context: CommandContext): void {
  const { terminal } = context;
  const file = options.file ?? terminal.environment["MIEN_KEYS_FILE"];
  if (file === undefined || file === "")
    throw new CommandFailure("no keys file: pass --file, or set MIEN_KEYS_FILE", exitCodes.usage);
  if (action === "add") {
    const made = addKey(file, options.tenant, options.note);
    if (options.json === true) printJson(terminal, { ...made, tenant: options.tenant });
    else printLine(terminal, made.key);
  } else if (action === "list") {
    list(file, options, context);
  } else {
    remove(file, options, context);
  }
}

function list(file: string, options: KeyOptions, { terminal }: CommandContext): void {
  const keys = readKeysFile(file).map(({ id, tenant, note }) => ({ id, tenant, note }));
  if (options.json === true) printJson(terminal, keys);
  else
    printLine(
      terminal,
      formatTable(
        [{ title: "Id" }, { title: "Tenant" }, { title: "Note" }],
        keys.map(({ id, tenant, note }) => [id, tenant, note]),
      ),
    );
}

function remove(file: string, { id, json }: KeyOptions, { terminal }: CommandContext): void {
  if (id === undefined || id === "")
    throw new CommandFailure("no key to revoke: pass --id", exitCodes.usage);
  if (!removeKey(file, id))
    throw new CommandFailure(`there is no key ${id} in ${file}`, exitCodes.refused);
  if (json === true) printJson(terminal, { id });
  else printLine(terminal, `${id} is revoked`);
}
