import { Command } from "commander";
import type { CommandContext } from "./command-context.js";
import { addBackupCommand } from "./commands/backup.js";
import { addCompletionCommand } from "./commands/completion.js";
import { addDetectCommand } from "./commands/detect.js";
import { addDevCertCommand } from "./commands/dev-cert.js";
import { addDoctorCommand } from "./commands/doctor.js";
import { addGroupCommand } from "./commands/group.js";
import { addKeyCommand } from "./commands/key.js";
import { addModelsCommand } from "./commands/models.js";
import { addRestoreCommand } from "./commands/restore.js";
import { addServeCommand } from "./commands/serve.js";
import { addSimilarCommand } from "./commands/similar.js";
import { addSortCommand } from "./commands/sort.js";
import { addStoreCommand } from "./commands/store.js";
import { addVerifyCommand } from "./commands/verify.js";
import { exitCodeMeanings } from "./exit-codes.js";
import { plainLines } from "./plain-text.js";
import { version } from "./version.js";

/** The `mien` command with all its commands. */
export function createProgram(context: CommandContext): Command {
  const { terminal } = context;
  const program = new Command("mien")
    .description(
      "A face service on your own machine, and commands that use it.\n" +
        "Without --endpoint, the models run in this process and nothing leaves the machine.",
    )
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out.write(plainLines(text)),
      writeErr: (text) => terminal.error.write(plainLines(text)),
    })
    .showHelpAfterError("(add --help for a list of commands and options)");
  addServeCommand(program, context);
  addDetectCommand(program, context);
  addVerifyCommand(program, context);
  addSimilarCommand(program, context);
  addGroupCommand(program, context);
  addSortCommand(program, context);
  addModelsCommand(program, context);
  addDoctorCommand(program, context);
  addDevCertCommand(program, context);
  addKeyCommand(program, context);
  addBackupCommand(program, context);
  addRestoreCommand(program, context);
  addStoreCommand(program, context);
  addCompletionCommand(program, context);
  program.addHelpText(
    "after",
    `\nOutput is coloured only on a terminal; --no-color or NO_COLOR=1 disables colours.\nMIEN_DEBUG=1 prints the stack trace of a failure.\n\nExit codes:\n${exitCodeMeanings
      .map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`)
      .join("\n")}`,
  );
  for (const command of program.commands) {
    command.exitOverride().showHelpAfterError("(add --help for a list of commands and options)");
    command.configureOutput(program.configureOutput());
  }
  return program;
}
