import { limits } from "@mien/contract/limits";
import type { Command } from "commander";
import { withConnection, type CommandContext } from "../command-context.js";
import { detectFiles } from "../detect-files.js";
import { exitCodes } from "../exit-codes.js";
import { mainFace } from "../located-face.js";
import {
  addExamples,
  addFaceCommandOptions,
  comparableFaces,
  connectionOptions,
  type FaceCommandOptions,
} from "../options.js";
import { strangerRate } from "../stranger-rate.js";
import { coloursFor, printJson, printLine } from "../terminal.js";

export function addVerifyCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("verify")
    .summary("check whether two pictures show the same person")
    .description(
      "Checks whether two pictures show the same person: exit code 0 if they do, 1 if not.\n" +
        "If a picture has several faces, the largest is used.",
    )
    .argument("<a>", "one picture")
    .argument("<b>", "the other picture")
    .action((a: string, b: string, options: FaceCommandOptions) =>
      verify([a, b], options, context),
    );
  addFaceCommandOptions(command);
  addExamples(command, ["verify one.jpg two.jpg", "verify badge.jpg door.jpg && open-the-door"]);
}

async function verify(
  files: readonly [string, string],
  options: FaceCommandOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal, signal } = context;
  const { first, second, result, rate } = await withConnection(
    context,
    connectionOptions(options),
    async (connection) => {
      const detected = await detectFiles(connection, terminal, files, {
        parameters: { ...comparableFaces(options), faceIdTimeToLive: 60 },
        signal,
      });
      const [first, second] = detected.map((result) => mainFace(result, terminal));
      const result = await connection.client.verifyFaceToFace(
        { faceId1: first!.faceId, faceId2: second!.faceId },
        { abortSignal: signal },
      );
      const rate = await strangerRate(
        connection.client,
        connection.endpoint,
        options.recognitionModel,
        limits.samePersonConfidence,
        signal,
      );
      return { first, second, result, rate };
    },
  );
  context.exitCode = result.isIdentical ? exitCodes.done : exitCodes.no;
  if (options.json === true) {
    printJson(terminal, {
      ...result,
      faces: [first, second].map((face) => ({ file: face!.file, faceRectangle: face!.rectangle })),
    });
    return;
  }
  const { bold, green, red } = coloursFor(terminal.out, terminal.environment);
  const answer = result.isIdentical ? green("the same person") : red("different people");
  const threshold = limits.samePersonConfidence;
  printLine(terminal, `${bold(answer)}, confidence ${result.confidence} (threshold ${threshold})`);
  if (rate !== undefined)
    printLine(
      terminal,
      `When this threshold was measured, ${Number((rate * 100).toPrecision(2))} % of pairs of strangers passed as the same person.`,
    );
}
