import { stat } from "node:fs/promises";
import { modelCards, modelPath, readModel } from "@mien/models/registry";
import type { ModelCard } from "@mien/models/model-card";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { exitCodes } from "../exit-codes.js";
import { addExamples, addJsonOption, type JsonOption } from "../options.js";
import { formatTable } from "../table.js";
import { coloursFor, printJson, printLine } from "../terminal.js";

interface ModelsCommandOptions extends JsonOption {
  readonly check?: boolean;
}

export function addModelsCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("models")
    .summary("list the models: source, licence, size, hash")
    .description(
      "Lists every model: what it is for, where its weights come from, licence, size and hash.",
    )
    .option("--check", "read each file and compare its hash")
    .action((options: ModelsCommandOptions) => models(options, context));
  addJsonOption(command);
  addExamples(command, ["models", "models --check", "models --json"]);
}

async function models(options: ModelsCommandOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const listed = await Promise.all(
    modelCards.map(async (card) => ({
      card,
      bytes: await fileSize(card.key),
      state: options.check === true ? await stateOf(card.key) : undefined,
    })),
  );
  if (listed.some(({ bytes, state }) => bytes === undefined || (state ?? "intact") !== "intact")) {
    context.exitCode = exitCodes.no;
  }
  if (options.json === true) {
    printJson(
      terminal,
      listed.map(({ card, bytes, state }) => ({
        ...card,
        file: modelPath(card.key),
        bytes,
        state,
      })),
    );
    return;
  }
  const { bold } = coloursFor(terminal.out, terminal.environment);
  const columns = [
    { title: "Model" },
    { title: "Purpose" },
    { title: "Source" },
    { title: "Licence" },
    { title: "Size", align: "right" as const },
    { title: "SHA-256" },
    { title: "Accuracy" },
    ...(options.check === true ? [{ title: "File" }] : []),
  ];
  const rows = listed.map(({ card, bytes, state }) => [
    card.key,
    card.purpose,
    sourceOf(card),
    card.source.licence,
    bytes === undefined ? "not built" : `${(bytes / 1e6).toFixed(1)} MB`,
    card.sha256.slice(0, 12),
    card.accuracy,
    ...(state === undefined ? [] : [state]),
  ]);
  printLine(terminal, formatTable(columns, rows, bold));
}

function sourceOf({ source }: ModelCard): string {
  return source.kind === "package" ? `${source.package}@${source.version}` : source.recipe;
}

async function fileSize(key: string): Promise<number | undefined> {
  try {
    return (await stat(modelPath(key))).size;
  } catch {
    return undefined;
  }
}

async function stateOf(key: string): Promise<string> {
  try {
    await readModel(key);
    return "intact";
  } catch (error) {
    return (error as Error).message;
  }
}
