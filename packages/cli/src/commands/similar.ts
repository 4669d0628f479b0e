import type { FaceFindSimilarResult } from "@mien/client";
import { limits } from "@mien/contract/limits";
import { findSimilarMatchModes, type FindSimilarMatchMode } from "@mien/contract/names";
import { Option, type Command } from "commander";
import { withConnection, type CommandContext } from "../command-context.js";
import type { Connection } from "../connection.js";
import { detectFiles } from "../detect-files.js";
import { exitCodes } from "../exit-codes.js";
import { exitCodeOf, locatedFaces, mainFace } from "../located-face.js";
import {
  addExamples,
  addFaceCommandOptions,
  comparableFaces,
  connectionOptions,
  parseCount,
  type FaceCommandOptions,
} from "../options.js";
import { findPictures } from "../picture-files.js";
import { formatTable } from "../table.js";
import { coloursFor, printJson, printLine } from "../terminal.js";

interface SimilarCommandOptions extends FaceCommandOptions {
  readonly mode: FindSimilarMatchMode;
  readonly top: number;
}

/** Candidates that one call answers. */
const answered = limits.findSimilar.maxNumOfCandidatesReturned;

export function addSimilarCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("similar")
    .summary("find a person in many pictures")
    .description(
      "Finds the faces that are similar to the largest face of a query picture, most similar first.",
    )
    .argument("<query>", "a picture of the person")
    .argument("<file...>", "pictures to search, or folders of them")
    .addOption(
      new Option(
        "--mode <mode>",
        "matchPerson: only the same person; matchFace: the most similar faces",
      )
        .choices(findSimilarMatchModes)
        .default("matchPerson"),
    )
    .option("--top <number>", "answer at most this many", parseCount, answered.default)
    .action((query: string, files: string[], options: SimilarCommandOptions) =>
      similar(query, files, options, context),
    );
  addFaceCommandOptions(command);
  addExamples(command, [
    "similar anna.jpg album/",
    "similar anna.jpg album/ --mode matchFace --top 5",
  ]);
}

async function similar(
  query: string,
  paths: readonly string[],
  options: SimilarCommandOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal, signal } = context;
  const pictures = await findPictures(paths, terminal);
  const parameters = comparableFaces(options);
  const { found, exitCode } = await withConnection(
    context,
    connectionOptions(options),
    async (connection) => {
      const [queried] = await detectFiles(connection, terminal, [query], { parameters, signal });
      const face = mainFace(queried!, terminal);
      const results = await detectFiles(connection, terminal, pictures.files, {
        parameters,
        signal,
      });
      const faceOf = new Map(
        locatedFaces(results, terminal).map((candidate) => [candidate.faceId, candidate]),
      );
      const matches = await mostSimilar(
        connection,
        face.faceId,
        [...faceOf.keys()],
        options,
        signal,
      );
      const found = matches.map(({ faceId, confidence }) => ({
        confidence,
        ...faceOf.get(faceId!)!,
      }));
      return { found, exitCode: exitCodeOf(results, pictures.exitCode) };
    },
  );
  context.exitCode = exitCode !== exitCodes.done || found.length > 0 ? exitCode : exitCodes.no;
  if (options.json === true) {
    printJson(
      terminal,
      found.map(({ file, number, rectangle, confidence }) => ({
        file,
        number,
        faceRectangle: rectangle,
        confidence,
      })),
    );
    return;
  }
  if (found.length === 0) {
    printLine(terminal, "Nobody found.");
    return;
  }
  const { bold } = coloursFor(terminal.out, terminal.environment);
  const columns = [
    { title: "Confidence", align: "right" as const },
    { title: "File" },
    { title: "Face", align: "right" as const },
  ];
  const rows = found.map(({ confidence, file, number }) => [
    confidence.toFixed(5),
    file,
    String(number),
  ]);
  printLine(terminal, formatTable(columns, rows, bold));
}

/** Of any number of candidates, as many at a time as one call takes; the most similar first. */
async function mostSimilar(
  { client }: Connection,
  faceId: string,
  candidates: readonly string[],
  { top, mode }: SimilarCommandOptions,
  abortSignal: AbortSignal,
): Promise<FaceFindSimilarResult[]> {
  const atMost = limits.findSimilar.faceIds.maximum;
  const matches: FaceFindSimilarResult[] = [];
  for (let start = 0; start < candidates.length; start += atMost) {
    const body = {
      faceId,
      faceIds: candidates.slice(start, start + atMost),
      maxNumOfCandidatesReturned: Math.min(top, answered.maximum),
      mode,
    };
    matches.push(...(await client.findSimilar(body, { abortSignal })));
  }
  return matches.sort((a, b) => b.confidence - a.confidence).slice(0, top);
}
