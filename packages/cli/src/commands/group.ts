import type { Command } from "commander";
import { withConnection, type CommandContext } from "../command-context.js";
import { detectFiles } from "../detect-files.js";
import { exitCodeOf, locatedFaces, type LocatedFace } from "../located-face.js";
import {
  addExamples,
  addFaceCommandOptions,
  comparableFaces,
  connectionOptions,
  type FaceCommandOptions,
} from "../options.js";
import { groupIntoPeople } from "../people.js";
import { findPictures } from "../picture-files.js";
import { formatTable } from "../table.js";
import { coloursFor, printJson, printLine } from "../terminal.js";

export function addGroupCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("group")
    .summary("find the people in many pictures")
    .description("Finds the faces in all pictures and groups them by person.")
    .argument("<file...>", "pictures, or folders of them")
    .action((files: string[], options: FaceCommandOptions) => group(files, options, context));
  addFaceCommandOptions(command);
  addExamples(command, ["group album/*.jpg", "group album/ --json"]);
}

async function group(
  paths: readonly string[],
  options: FaceCommandOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal, signal } = context;
  const pictures = await findPictures(paths, terminal);
  const { people, alone, exitCode } = await withConnection(
    context,
    connectionOptions(options),
    async (connection) => {
      const results = await detectFiles(connection, terminal, pictures.files, {
        parameters: comparableFaces(options),
        signal,
      });
      const faces = locatedFaces(results, terminal);
      const faceOf = new Map(faces.map((face) => [face.faceId, face]));
      const found = await groupIntoPeople(connection.client, [...faceOf.keys()], signal);
      const locate = (ids: readonly string[]) => ids.map((id) => faceOf.get(id)!);
      return {
        people: found.groups.map(locate),
        alone: locate(found.alone),
        exitCode: exitCodeOf(results, pictures.exitCode),
      };
    },
  );
  context.exitCode = exitCode;
  if (options.json === true) {
    printJson(terminal, {
      people: people.map((faces) => faces.map(forPrograms)),
      alone: alone.map(forPrograms),
    });
    return;
  }
  const { bold } = coloursFor(terminal.out, terminal.environment);
  const rows = [
    ...people.flatMap((faces, index) => personRows(`Person ${index + 1}`, faces)),
    ...personRows("Seen once", alone),
  ];
  if (rows.length === 0) printLine(terminal, "No faces found.");
  else {
    const columns = [
      { title: "Who" },
      { title: "Faces", align: "right" as const },
      { title: "File" },
      { title: "Face", align: "right" as const },
    ];
    printLine(terminal, formatTable(columns, rows, bold));
  }
}

/** One row for each face; the name and the count stand in the first. */
function personRows(name: string, faces: readonly LocatedFace[]): string[][] {
  return faces.map(({ file, number }, index) => [
    index === 0 ? name : "",
    index === 0 ? String(faces.length) : "",
    file,
    String(number),
  ]);
}

function forPrograms({ file, number, rectangle }: LocatedFace): object {
  return { file, number, faceRectangle: rectangle };
}
