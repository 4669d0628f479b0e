import { statSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isRestError, type FaceDetectionResult } from "@mien/client";
import { limits } from "@mien/contract/limits";
import { makeFolder } from "@mien/server/make-folder";
import type { Command } from "commander";
import { withConnection, type CommandContext } from "../command-context.js";
import { namedEndpoint, type Connection, type ConnectionOptions } from "../connection.js";
import { detectFiles } from "../detect-files.js";
import { exitCodes, type ExitCode } from "../exit-codes.js";
import { CommandFailure } from "../failure.js";
import { isWithin, realPlace } from "../file-identity.js";
import { exitCodeOf, warnOfFailures } from "../located-face.js";
import {
  addConnectionOptions,
  addExamples,
  addJsonOption,
  addModelOptions,
  comparableFaces,
  connectionOptions,
  type JsonOption,
  type ModelOptions,
  parseFolder,
} from "../options.js";
import { groupIntoPeople, type People } from "../people.js";
import { linkPhotograph, requireLinks } from "../photograph-links.js";
import { findPictures } from "../picture-files.js";
import { SortJournal, type JournalEntry } from "../sort-journal.js";
import { noFaceFolder, planSort, seenOnceFolder, type SortPlan } from "../sort-plan.js";
import { formatTable } from "../table.js";
import { coloursFor, printJson, printLine } from "../terminal.js";

interface SortCommandOptions extends ConnectionOptions, JsonOption, ModelOptions {
  readonly apply?: boolean;
}

export function addSortCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("sort")
    .summary("sort photographs into one folder per person")
    .description(
      "Sorts photographs into one folder per person, by hard link: no photograph is moved, changed or copied.\n" +
        "Without --apply, it makes no links: it prints what it would do, and keeps what it saw, templates included, in\n" +
        "<to>/.mien-sort until --apply. After an interruption, it continues where it stopped. When called again with new\n" +
        "photographs, it adds them to the folders of known people, even if these were renamed.\n" +
        "A photograph of several people is linked in the folder of each. Photographs that show only people seen once are\n" +
        `in ${seenOnceFolder}/, those without a face in ${noFaceFolder}/.`,
    )
    .argument("<from>", "folder with photographs, not in <to>", parseFolder)
    .argument("<to>", "folder for the people, on the same disk", parseFolder)
    .option("--apply", "create the folders and links")
    .action((from: string, to: string, options: SortCommandOptions) =>
      sort(from, to, options, context),
    );
  addModelOptions(command);
  addJsonOption(command);
  addConnectionOptions(command);
  addExamples(command, ["sort photos/ people/", "sort photos/ people/ --apply"]);
}

async function sort(
  from: string,
  to: string,
  options: SortCommandOptions,
  context: CommandContext,
): Promise<void> {
  const target = resolve(to);
  // What cannot be made in it would be named instead, by a setting that nobody has set.
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new CommandFailure(`${target}: is not a folder`, exitCodes.refused);
  const place = await realPlace(target);
  if (isWithin(await realpath(from), place))
    throw new CommandFailure(
      `${from} lies in ${to} itself, where photographs count as sorted: name another folder for the people`,
      exitCodes.usage,
    );
  const found = await findPictures([resolve(from)], context.terminal);
  const files: string[] = [];
  for (const file of found.files) if (!isWithin(await realpath(file), place)) files.push(file);
  // Before all are looked at for links that cannot be.
  await requireLinks(files, target);
  const endpoint = namedEndpoint(options, context.terminal);
  const origin = [endpoint ?? "local", options.detectionModel, options.recognitionModel];
  const journal = new SortJournal(target, origin.join(" "));
  // Before the server in this process makes the target for its owner alone.
  if (endpoint === undefined) journal.makeFolder();
  const { plan, exitCode } = await withConnection(
    context,
    { ...connectionOptions(options), dataDirectory: join(journal.folder, "faces") },
    async (connection) => {
      const look = (known: ReadonlyMap<string, JournalEntry>): Promise<SeenPhotographs> =>
        lookAt(files, known, connection, journal, options, context);
      // A minute early, so that no faceId expires between here and its use.
      const known = await journal.read(files, Date.now() + 60_000);
      const { faceIdsOf, people, exitCode } = await look(known).catch(async (error: unknown) => {
        // Erased, or kept by another service or tenant than those of today: everything is looked at again.
        if (known.size === 0 || !isRestError(error) || error.code !== "FaceNotFound") throw error;
        await journal.forget();
        return look(new Map());
      });
      const photographOf = new Map(
        [...faceIdsOf].flatMap(([file, ids]) => ids.map((id) => [id, file] as const)),
      );
      const photographs = (ids: readonly string[]) => ids.map((id) => photographOf.get(id)!);
      const sorted = new Set(people.groups.flatMap(photographs));
      const plan = await planSort(
        target,
        people.groups.map(photographs),
        photographs(people.alone).filter((file) => !sorted.has(file)),
        files.filter((file) => faceIdsOf.get(file)?.length === 0),
      );
      return { plan, exitCode };
    },
  );
  context.exitCode = exitCode === exitCodes.done ? found.exitCode : exitCode;
  if (options.apply === true) {
    await makeLinks(target, plan);
    // Also where a file could not be looked at: faces are kept for the links, and these are made.
    await journal.remove();
  }
  report(plan, journal.folder, options, context);
}

interface SeenPhotographs {
  /** The faceIds in each photograph that could be looked at, in the order of the files. */
  readonly faceIdsOf: ReadonlyMap<string, readonly string[]>;
  readonly people: People;
  readonly exitCode: ExitCode;
}

/** Looks at the photographs that the journal does not know, and finds the people in all. */
async function lookAt(
  files: readonly string[],
  known: ReadonlyMap<string, JournalEntry>,
  connection: Connection,
  journal: SortJournal,
  options: SortCommandOptions,
  { terminal, signal }: CommandContext,
): Promise<SeenPhotographs> {
  const unknown = files.filter((file) => !known.has(file));
  const results = await detectFiles(connection, terminal, unknown, {
    parameters: comparableFaces(options),
    signal,
    onDone: async (result) => {
      if ("failure" in result) return;
      const expires = Date.now() + limits.faceIdTimeToLive.default * 1000;
      await journal.add(result.file, faceIdsIn(result), expires);
    },
  });
  warnOfFailures(results, terminal);
  const seen = new Map(results.map((result) => [result.file, result]));
  const faceIdsOf = new Map<string, readonly string[]>();
  for (const file of files) {
    const result = seen.get(file);
    if (result === undefined) faceIdsOf.set(file, known.get(file)!.faceIds);
    else if ("faces" in result) faceIdsOf.set(file, faceIdsIn(result));
  }
  const people = await groupIntoPeople(connection.client, [...faceIdsOf.values()].flat(), signal);
  return { faceIdsOf, people, exitCode: exitCodeOf(results) };
}

function faceIdsIn({ faces }: { readonly faces: readonly FaceDetectionResult[] }): string[] {
  return faces.map(({ faceId }) => faceId!);
}

async function makeLinks(target: string, plan: SortPlan): Promise<void> {
  for (const { photograph, folder, name } of plan.links) {
    makeFolder(join(target, folder));
    await linkPhotograph(photograph, join(target, folder, name), target);
  }
}

/** @param kept where is what was seen until links are made. */
function report(
  plan: SortPlan,
  kept: string,
  options: SortCommandOptions,
  { terminal }: CommandContext,
): void {
  const applied = options.apply === true;
  if (options.json === true) {
    printJson(terminal, { applied, folders: Object.fromEntries(plan.folders), links: plan.links });
    return;
  }
  const { bold } = coloursFor(terminal.out, terminal.environment);
  const added = new Map<string, number>();
  for (const { folder } of plan.links) added.set(folder, (added.get(folder) ?? 0) + 1);
  const rows = [...plan.folders].map(([folder, count]) => [
    folder,
    String(count),
    String(added.get(folder) ?? 0),
  ]);
  if (rows.length > 0) {
    const columns = [
      { title: "Folder" },
      { title: "Photographs", align: "right" as const },
      { title: applied ? "Linked now" : "To link", align: "right" as const },
    ];
    printLine(terminal, formatTable(columns, rows, bold));
  }
  if (applied) printLine(terminal, `\n${plan.links.length} links made.`);
  else {
    printLine(
      terminal,
      `\nNothing was changed. With --apply, ${plan.links.length} links are made.\n` +
        `What was seen is kept for that in ${kept}: remove it if nothing is to be sorted.`,
    );
  }
}
