import { isTenantName } from "@mien/server/door/key-ring";
import type { StoreOperations } from "@mien/server/store-operations";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { exitCodes } from "../exit-codes.js";
import { CommandFailure } from "../failure.js";
import { addExamples, addJsonOption, type JsonOption } from "../options.js";
import { addStoreOptions, withStore } from "../store-options.js";
import { printJson, printLine } from "../terminal.js";

/** What one thing that is done with a store found. */
interface Outcome {
  /** For programs. */
  readonly result: object;
  /** For people. */
  readonly lines: readonly string[];
  /** Whether the command ends with success. */
  readonly well: boolean;
}

/** One thing that is done with a store. */
interface StoreAction {
  readonly name: string;
  readonly summary: string;
  /** Required options: flags and their meaning. */
  readonly options?: readonly (readonly [string, string])[];
  /** Refuses options before a store is opened. @throws CommandFailure */
  check?(options: Readonly<Record<string, string>>): void;
  work(store: StoreOperations, options: Readonly<Record<string, string>>): Promise<Outcome>;
}

/** `mien store`: one row for each thing that is done with a store. */
const actions: readonly StoreAction[] = [
  {
    name: "stats",
    summary: "print the number of faces and their size",
    async work(store) {
      const { place, liveFaces, bytesOnDisk } = await store.statistics();
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
    summary: "open every face and count those that are damaged",
    async work(store) {
      const result = await store.examine();
      return {
        result,
        lines: [`${result.faces} faces, ${result.damaged} damaged`],
        well: result.damaged === 0,
      };
    },
  },
  {
    name: "erase",
    summary: "erase every face of a tenant, then check that none is left",
    options: [
      [
        "--tenant <name>",
        "tenant whose faces to erase; keys without a tenant belong to the tenant default",
      ],
    ],
    check({ tenant }) {
      if (!isTenantName(tenant))
        throw new CommandFailure(`"${tenant}" is not a valid tenant name`, exitCodes.usage);
    },
    async work(store, options) {
      const tenant = options["tenant"]!;
      const erasure = await store.erase(tenant);
      // Or else the command fails: an erasure that left keys in files is none.
      await store.scrub();
      return {
        result: { tenant, ...erasure },
        lines: [
          `${erasure.faces} faces of ${tenant} erased, ${erasure.keysDestroyed} keys destroyed; ${erasure.left} faces left`,
        ],
        well: erasure.left === 0,
      };
    },
  },
  {
    name: "sweep",
    summary: "remove expired faces and destroy their keys where no server is running",
    async work(store) {
      const faces = await store.sweep();
      return {
        result: { faces },
        lines: [`${faces} expired faces removed; the keys of all expired faces are destroyed`],
        well: true,
      };
    },
  },
  {
    name: "scrub",
    summary: "make Redis rewrite its log and snapshots without expired and erased data",
    async work(store) {
      const servers = await store.scrub();
      return {
        result: { servers },
        lines: [
          servers === 0
            ? "nothing to do: this store overwrites keys in place when it destroys them"
            : `${servers} servers have rewritten their files`,
        ],
        well: true,
      };
    },
  },
  {
    name: "rotate-key",
    summary: "encrypt all keys with a new master key",
    async work(store) {
      const result = await store.rotateMasterKey();
      return { result, lines: rotationLines(result), well: true };
    },
  },
];

function rotationLines({
  rewrapped,
  file,
  otherMachines,
}: Awaited<ReturnType<StoreOperations["rotateMasterKey"]>>): readonly string[] {
  if (file === undefined)
    return [
      `${rewrapped} keys are wrapped with the first key of MIEN_MASTER_KEY; you can remove the others from it`,
    ];
  const done = `${rewrapped} keys are wrapped with the new master key in ${file}; the old one is overwritten`;
  return otherMachines
    ? [
        done,
        `Copy ${file} to every other machine that uses this Redis: servers there answer 503 until they have it, and it is the only copy of the new key`,
      ]
    : [done];
}

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
    for (const [flags, meaning] of action.options ?? []) command.requiredOption(flags, meaning);
    command.action(async (options: Record<string, string> & JsonOption) => {
      action.check?.(options);
      const { result, lines, well } = await withStore(command, context, (store) =>
        action.work(store, options),
      );
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
