import { readFile, realpath, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { DetectParameters, FaceAttributes, FaceDetectionResult } from "@mien/client";
import { makeFolder } from "@mien/server/make-folder";
import { messageOf } from "@mien/server/message-of";
import type { Command } from "commander";
import { withConnection, type CommandContext } from "../command-context.js";
import { detectFiles, type FileFaces } from "../detect-files.js";
import { drawFaces, isDrawing } from "../drawing.js";
import { exitCodes } from "../exit-codes.js";
import { CommandFailure } from "../failure.js";
import { FolderNames } from "../folder-names.js";
import { exitCodeOf, warnOfFailures } from "../located-face.js";
import {
  addExamples,
  addFaceCommandOptions,
  connectionOptions,
  parseAttributes,
  type FaceCommandOptions,
} from "../options.js";
import { findPictures } from "../picture-files.js";
import { formatTable, type Column } from "../table.js";
import { coloursFor, printJson, printLine, warn } from "../terminal.js";

interface DetectCommandOptions extends FaceCommandOptions {
  readonly attributes?: string[];
  readonly landmarks?: boolean;
  readonly faceIds?: boolean;
  readonly draw?: string;
}

export function addDetectCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("detect")
    .summary("find the faces in pictures")
    .description("Finds the faces in pictures and describes each of them.")
    .argument("<file...>", "pictures, or folders of them")
    .option(
      "--attributes <names>",
      "also print these attributes, separated by commas",
      parseAttributes,
    )
    .option("--landmarks", "also print the 27 landmarks (with --json)")
    .option("--face-ids", "also print faceIds, for later calls to the same --endpoint")
    .option("--draw <folder>", "write a copy of each picture with its faces marked")
    .action((files: string[], options: DetectCommandOptions) => detect(files, options, context));
  addFaceCommandOptions(command);
  addExamples(command, [
    "detect photo.jpg",
    "detect album/ --draw drawn/",
    "detect photo.jpg --detection-model detection_01 --attributes glasses,blur --json",
  ]);
}

async function detect(
  paths: readonly string[],
  options: DetectCommandOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal, signal } = context;
  const { files, exitCode } = await findPictures(paths, terminal);
  const drawing = options.draw === undefined ? undefined : await drawingFolder(options.draw, files);
  // Told when the line of the progress is gone.
  const notDrawn: string[] = [];
  const results = await withConnection(context, connectionOptions(options), (connection) =>
    detectFiles(connection, terminal, files, {
      parameters: detectParameters(options),
      signal,
      onDone: async (result) => {
        if (drawing === undefined || "failure" in result) return;
        try {
          if (!(await stat(result.file)).isFile()) throw new Error("a pipe can be read only once");
          const picture = await drawFaces(await readFile(result.file), result.faces);
          await writeDrawing(drawing.get(result.file)!, picture);
        } catch (error) {
          notDrawn.push(`${result.file}: not drawn: ${messageOf(error)}`);
        }
      },
    }),
  );
  for (const line of notDrawn) warn(terminal, line);
  const looked = exitCodeOf(results, exitCode);
  context.exitCode = looked === exitCodes.done && notDrawn.length > 0 ? exitCodes.refused : looked;
  if (options.json === true) printJson(terminal, results.map(forPrograms));
  else printFaces(results, options.attributes ?? [], context);
}

function detectParameters(options: DetectCommandOptions): DetectParameters {
  const drawable = options.draw !== undefined && options.detectionModel !== "detection_02";
  const attributes = new Set(options.attributes ?? []);
  if (drawable) attributes.add("headPose");
  return {
    detectionModel: options.detectionModel,
    recognitionModel: options.recognitionModel,
    returnFaceId: options.faceIds === true,
    returnFaceAttributes: [...attributes],
    returnFaceLandmarks: options.landmarks === true || drawable,
  };
}

/**
 * Makes the folder and gives each file a name of its own in it.
 * @throws CommandFailure when pictures lie in it: a drawing would take the place of the picture of its name.
 */
async function drawingFolder(
  folder: string,
  files: readonly string[],
): Promise<Map<string, string>> {
  makeFolder(folder);
  const place = await realpath(folder);
  for (const source of new Set(files.map((file) => dirname(file))))
    if ((await realpath(source)) === place)
      throw new CommandFailure(
        `${folder} contains the pictures themselves, which would be overwritten: choose another folder`,
        exitCodes.usage,
      );
  const names = new FolderNames();
  return new Map(
    files.map((file) => [file, join(folder, names.take(`${basename(file, extname(file))}.jpg`))]),
  );
}

/** @throws CommandFailure when a file of that name is there that is no drawing: it may be the only copy of a picture. */
async function writeDrawing(place: string, picture: Uint8Array): Promise<void> {
  try {
    await writeFile(place, picture, { flag: (await isDrawing(place)) ? "w" : "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new CommandFailure(
      `${place} exists and was not drawn by mien: choose another folder`,
      exitCodes.refused,
      { cause: error },
    );
  }
}

function forPrograms(result: FileFaces): object {
  if ("failure" in result) {
    const { code, message } = result.failure;
    return { file: result.file, error: { code, message } };
  }
  return result;
}

function printFaces(
  results: readonly FileFaces[],
  attributes: readonly string[],
  { terminal }: CommandContext,
): void {
  const columns: Column[] = [
    { title: "File" },
    { title: "Face", align: "right" },
    { title: "Left", align: "right" },
    { title: "Top", align: "right" },
    { title: "Width", align: "right" },
    { title: "Height", align: "right" },
    ...attributes.map((title) => ({ title })),
  ];
  const faceIds = results.some(
    (result) => "faces" in result && result.faces.some(({ faceId }) => faceId !== undefined),
  );
  if (faceIds) columns.push({ title: "faceId" });
  const rows = results.flatMap((result): string[][] => {
    if ("failure" in result) return [];
    if (result.faces.length === 0) return [[result.file, "none"]];
    return result.faces.map((face, index) => [
      index === 0 ? result.file : "",
      String(index + 1),
      ...rectangleCells(face),
      ...attributes.map((name) => formatAttribute(face.faceAttributes ?? {}, name)),
      face.faceId ?? "",
    ]);
  });
  warnOfFailures(results, terminal);
  if (rows.length > 0) {
    const { bold } = coloursFor(terminal.out, terminal.environment);
    printLine(terminal, formatTable(columns, rows, bold));
  }
}

function rectangleCells({ faceRectangle }: FaceDetectionResult): string[] {
  const { left, top, width, height } = faceRectangle;
  return [left, top, width, height].map(String);
}

/** An attribute in a few words: the level of a level, the parts that hold of a list. */
function formatAttribute(attributes: FaceAttributes, name: string): string {
  const value: unknown = attributes[name as keyof FaceAttributes];
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) {
    return value.length === 0
      ? "none"
      : value.map((item) => (item as { type: string }).type).join(" ");
  }
  const members = Object.entries(value as object)
    .map(([member, part]) => formatMember(member, part))
    .filter((text) => text !== "");
  return members.length === 0 ? "none" : members.join(" ");
}

function formatMember(member: string, part: unknown): string {
  if (typeof part === "boolean") return part ? member : "";
  if (typeof part === "number") return `${member} ${part}`;
  if (typeof part === "string") return part;
  if (Array.isArray(part)) {
    const [first] = part as { color: string }[];
    return first === undefined ? "" : first.color;
  }
  return "";
}
