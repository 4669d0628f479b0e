import { stat } from "node:fs/promises";
import { modelCards, modelPath, readModel } from "@mien/models/registry";
import { measuredAccuracy } from "@mien/models/measured-accuracy";
import type { ModelCard } from "@mien/models/model-card";
import { messageOf } from "@mien/server/message-of";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { exitCodes } from "../exit-codes.js";
import { addExamples, addJsonOption, type JsonOption } from "../options.js";
import { coloursFor, printJson, printLine } from "../terminal.js";

interface ModelsCommandOptions extends JsonOption {
  readonly check?: boolean;
}

export function addModelsCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("models")
    .summary("list the models: accuracy, source, licence, size, hash")
    .description(
      "Lists every model with its measured accuracy, the source of its weights, its licence, size and hash.",
    )
    .option("--check", "read each file and compare its hash")
    .action((options: ModelsCommandOptions) => models(options, context));
  addJsonOption(command);
  addExamples(command, ["models", "models --check", "models --json"]);
}

async function models(options: ModelsCommandOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const accuracy = await measuredAccuracy();
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
    printJson(terminal, {
      contract: accuracy.contract,
      networks: listed.map(({ card, bytes, state }) => ({
        ...card,
        accuracy: accuracy.networks[card.key],
        file: modelPath(card.key),
        bytes,
        state,
      })),
    });
    return;
  }
  const { bold, red } = coloursFor(terminal.out, terminal.environment);
  const { contract, networks } = accuracy;
  const line = (words: string): void => printLine(terminal, words);
  const names = [...Object.keys(contract), ...listed.map(({ card }) => card.key)];
  const column = Math.max(...names.map(({ length }) => length)) + 1;
  const row = (name: string, told: string): void => line(`  ${name.padEnd(column)}${told}`);
  line(bold("Models of the API, as measured"));
  for (const [name, told] of Object.entries(contract)) row(name, told);
  line("");
  line(bold("Networks behind them"));
  for (const { card, bytes, state } of listed) {
    const size = bytes === undefined ? red("not built") : `${(bytes / 1e6).toFixed(1)} MB`;
    const file = state === undefined || state === "intact" ? (state ?? "") : red(state);
    const facts = [size, `SHA-256 ${card.sha256.slice(0, 12)}…`, file];
    const told = networks[card.key];
    row(card.key, card.purpose);
    row("", facts.filter((fact) => fact !== "").join(", "));
    row("", `${sourceOf(card)}, ${card.source.licence}`);
    if (told !== undefined) row("", told);
  }
  line("");
  line(
    "docs/accuracy.md has every number with the command that prints it; --json has all of the above.",
  );
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
    return messageOf(error);
  }
}
