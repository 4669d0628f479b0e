import { isTenantName } from "@mien/server/door/key-ring";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { exitCodes } from "../exit-codes.js";
import { CommandFailure } from "../failure.js";
import { addExamples, addJsonOption, type JsonOption } from "../options.js";
import { addStoreOptions, withStore } from "../store-options.js";
import { printJson, printLine } from "../terminal.js";

/** `mien store`: one row for each thing that is done with a store. */
const actions = [
  {
    name: "stats",
    summary: "tell how many faces there are and what they weigh",
    options: [],
    async run(command: Command, _options: Record<string, string>, context: CommandContext) {
      const { place, liveFaces, bytesOnDisk } = await withStore(command, context, (store) =>
        store.statistics(),
      );
      const each = liveFaces === 0 ? undefined : Math.round(bytesOnDisk / liveFaces);
      return {
        result: { place, faces: liveFaces, bytes: bytesOnDisk, bytesPerFace: each },
        lines: [
          `Store   ${place}`,
          `Faces   ${liveFaces}`,
          `Bytes   ${bytesOnDisk}${each === undefined ? "" : `, ${each} for each face`}`,
        ],
        well: true,
      };
    },
  },
  {
    name: "check",
    summary: "open every face and say how many are damaged",
    options: [],
    async run(command: Command, _options: Record<string, string>, context: CommandContext) {
      const result = await withStore(command, context, (store) => store.examine());
      return {
        result,
        lines: [`${result.faces} faces, ${result.damaged} damaged`],
        well: result.damaged === 0,
      };
    },
  },
  {
    name: "erase",
    summary: "forget every face of a tenant, and look again",
    options: [["--tenant <name>", "whose faces; keys without a tenant have the tenant default"]],
    async run(command: Command, options: Record<string, string>, context: CommandContext) {
      const { tenant } = options;
      if (!isTenantName(tenant))
        throw new CommandFailure(`no tenant can be called "${tenant}"`, exitCodes.usage);
      const result = await withStore(command, context, async (store) => {
        const erasure = await store.erase(tenant);
        // Or else the command fails: an erasure that left keys in files is none.
        await store.scrub();
        return erasure;
      });
      return {
        result: { tenant, ...result },
        lines: [
          `${result.faces} faces of ${tenant} are erased, ${result.keysDestroyed} keys destroyed; a second look found ${result.left}`,
        ],
        well: result.left === 0,
      };
    },
  },
  {
    name: "sweep",
    summary: "remove expired faces and destroy their keys where no server is running",
    options: [],
    async run(command: Command, _options: Record<string, string>, context: CommandContext) {
      const faces = await withStore(command, context, (store) => store.sweep());
      return {
        result: { faces },
        lines: [`${faces} faces were over; no key is left of any that is`],
        well: true,
      };
    },
  },
  {
    name: "scrub",
    summary: "make Redis rewrite its log and snapshots without expired and erased data",
    options: [],
    async run(command: Command, _options: Record<string, string>, context: CommandContext) {
      const servers = await withStore(command, context, (store) => store.scrub());
      return {
        result: { servers },
        lines: [
          servers === 0
            ? "nothing to do: destroyed keys are overwritten where they lay"
            : `${servers} servers have written their files anew`,
        ],
        well: true,
      };
    },
  },
  {
    name: "rotate-key",
    summary: "encrypt all keys with a new master key",
    options: [],
    async run(command: Command, _options: Record<string, string>, context: CommandContext) {
      const result = await withStore(command, context, (store) => store.rotateMasterKey());
      const { rewrapped, file, otherMachines } = result;
      return {
        result,
        lines:
          file === undefined
            ? [
                `${rewrapped} keys are wrapped with the first key of MIEN_MASTER_KEY; the others may be taken out of it`,
              ]
            : [
                `${rewrapped} keys are wrapped with the new master key in ${file}; the former one is overwritten`,
                ...(otherMachines
                  ? [
                      `Copy ${file} to every other machine that uses this Redis: servers there answer 503 until they have it, and it is the only copy of the new key`,
                    ]
                  : []),
              ],
        well: true,
      };
    },
  },
] as const;

export function addStoreCommand(program: Command, context: CommandContext): void {
  const store = program
    .command("store")
    .summary("maintain the face store")
    .description("Maintains a face store; servers can keep running.");
  for (const action of actions) {
    const command = store
      .command(action.name)
      .summary(action.summary)
      .description(`${action.summary[0]!.toUpperCase()}${action.summary.slice(1)}.`)
      .exitOverride()
      .configureOutput(program.configureOutput());
    for (const [flags, meaning] of action.options) command.requiredOption(flags, meaning);
    command.action(async (options: Record<string, string> & JsonOption) => {
      const { result, lines, well } = await action.run(command, options, context);
      if (options.json === true) printJson(context.terminal, result);
      else for (const line of lines) printLine(context.terminal, line);
      if (!well) context.exitCode = exitCodes.no;
    });
    addStoreOptions(command);
    addJsonOption(command);
  }
  addExamples(store, [
    "store stats",
    "store check",
    "store erase --tenant shop",
    "store sweep",
    "store scrub",
    "store rotate-key",
  ]);
}
