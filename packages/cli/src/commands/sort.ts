import { statSync } from "node:fs";
import { realpath, unlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { makeFolder } from "@mien/server/make-folder";
import type { Command } from "commander";
import { withConnection, type CommandContext } from "../command-context.js";
import { namedEndpoint } from "../connection.js";
import { exitCodes } from "../exit-codes.js";
import { CommandFailure } from "../failure.js";
import { isWithin, realPlace } from "../file-identity.js";
import {
  addExamples,
  addFaceCommandOptions,
  comparableFaces,
  connectionOptions,
  parseFolder,
  type FaceCommandOptions,
} from "../options.js";
import { linkPhotograph, requireLinks } from "../photograph-links.js";
import { findPictures, type FoundPictures } from "../picture-files.js";
import { lookAtPhotographs, type SeenPhotographs } from "../seen-photographs.js";
import { SortJournal } from "../sort-journal.js";
import { noFaceFolder, planSort, seenOnceFolder, type SortPlan } from "../sort-plan.js";
import { formatTable } from "../table.js";
import { coloursFor, printJson, printLine, type Terminal } from "../terminal.js";

interface SortCommandOptions extends FaceCommandOptions {
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
        `in ${seenOnceFolder}/, those without a face in ${noFaceFolder}/, until a later call finds more in them.`,
    )
    .argument("<from>", "folder with photographs, not in <to>", parseFolder)
    .argument("<to>", "folder for the people, on the same disk", parseFolder)
    .option("--apply", "create the folders and links")
    .action((from: string, to: string, options: SortCommandOptions) =>
      sort(from, to, options, context),
    );
  addFaceCommandOptions(command);
  addExamples(command, ["sort photos/ people/", "sort photos/ people/ --apply"]);
}

async function sort(
  from: string,
  to: string,
  options: SortCommandOptions,
  context: CommandContext,
): Promise<void> {
  const target = resolve(to);
  const { files, exitCode } = await photographsToSort(from, to, context.terminal);
  // Before all are looked at for links that cannot be.
  await requireLinks(files, target);
  const journal = openJournal(target, options, context.terminal);
  const { seen, plan } = await withConnection(
    context,
    { ...connectionOptions(options), dataDirectory: join(journal.folder, "faces") },
    async (connection) => {
      const seen = await lookAtPhotographs(
        files,
        { connection, journal, parameters: comparableFaces(options) },
        context,
      );
      return { seen, plan: await planOf(target, files, seen) };
    },
  );
  context.exitCode = seen.exitCode === exitCodes.done ? exitCode : seen.exitCode;
  if (options.apply === true) {
    await makeLinks(target, plan);
    // Also where a file could not be looked at: faces are kept for the links, and these are made.
    await journal.remove();
  }
  report(plan, journal.folder, options, context);
}

/**
 * The photographs below a folder, without those that are sorted already.
 * @throws CommandFailure where the one folder cannot be sorted into the other.
 */
async function photographsToSort(
  from: string,
  to: string,
  terminal: Terminal,
): Promise<FoundPictures> {
  const target = resolve(to);
  // What cannot be made in it would be named instead, by a setting that nobody has set.
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new CommandFailure(`${target} is not a folder`, exitCodes.refused);
  const place = await realPlace(target);
  if (isWithin(await realpath(from), place))
    throw new CommandFailure(
      `${from} is inside ${to}, where photographs count as already sorted: choose another folder for the people`,
      exitCodes.usage,
    );
  const found = await findPictures([resolve(from)], terminal);
  const files: string[] = [];
  for (const file of found.files) if (!isWithin(await realpath(file), place)) files.push(file);
  return { files, exitCode: found.exitCode };
}

function openJournal(target: string, options: SortCommandOptions, terminal: Terminal): SortJournal {
  const endpoint = namedEndpoint(options, terminal);
  const origin = [endpoint ?? "local", options.detectionModel, options.recognitionModel];
  const journal = new SortJournal(target, origin.join(" "));
  // Before the server in this process makes the target for its owner alone.
  if (endpoint === undefined) journal.makeFolder();
  return journal;
}

async function planOf(
  target: string,
  files: readonly string[],
  { faceIdsOf, people }: SeenPhotographs,
): Promise<SortPlan> {
  const photographOf = new Map(
    [...faceIdsOf].flatMap(([file, ids]) => ids.map((id) => [id, file] as const)),
  );
  const photographs = (ids: readonly string[]) => ids.map((id) => photographOf.get(id)!);
  const sorted = new Set(people.groups.flatMap(photographs));
  return planSort(
    target,
    people.groups.map(photographs),
    photographs(people.alone).filter((file) => !sorted.has(file)),
    files.filter((file) => faceIdsOf.get(file)?.length === 0),
  );
}

async function makeLinks(target: string, plan: SortPlan): Promise<void> {
  for (const { photograph, folder, name } of plan.links) {
    makeFolder(join(target, folder));
    await linkPhotograph(photograph, join(target, folder, name), target);
  }
  for (const link of plan.outdated) await unlink(join(target, link));
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
    const { folders, links, outdated } = plan;
    printJson(terminal, { applied, folders: Object.fromEntries(folders), links, outdated });
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
  const outdated = plan.outdated.length;
  if (applied) {
    const removed = outdated === 0 ? "" : `, ${outdated} outdated links removed`;
    printLine(terminal, `\n${plan.links.length} links created${removed}.`);
  } else {
    const removed = outdated === 0 ? "" : ` and remove ${outdated} outdated links`;
    printLine(
      terminal,
      `\nNothing was changed. --apply will create ${plan.links.length} links${removed}.\n` +
        `What was found is kept for that in ${kept}: remove this folder if you do not want to sort.`,
    );
  }
}
