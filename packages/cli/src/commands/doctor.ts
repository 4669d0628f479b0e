import { join } from "node:path";
import { type RawSettings, readSettings } from "@mien/server/settings";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { exitCodes } from "../exit-codes.js";
import { examineMachine, type Finding } from "../examination.js";
import { addExamples, addJsonOption, type JsonOption } from "../options.js";
import { addSettingOptions, namedSettings } from "../setting-options.js";
import { coloursFor, printJson, printLine } from "../terminal.js";

const rows = ["dataDirectory", "port"] as const;

export function addDoctorCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("doctor")
    .summary("find problems on this machine and how to fix them")
    .description(
      "Checks everything that mien needs on this machine and says how to fix what is wrong.",
    )
    .action((options: JsonOption) => doctor(namedSettings(command, rows), options, context));
  addSettingOptions(command, rows);
  addJsonOption(command);
  addExamples(command, ["doctor", "doctor --json"]);
}

async function doctor(
  flags: RawSettings,
  options: JsonOption,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const { dataDirectory, masterKeyFile, port, workers } = readSettings(flags, terminal.environment);
  const findings: Finding[] = [];
  const colours = coloursFor(terminal.out, terminal.environment);
  const marks = {
    well: colours.green("ok  "),
    warning: colours.yellow("note"),
    fault: colours.red("bad "),
  };
  for await (const finding of examineMachine({
    dataDirectory,
    masterKeyFile: masterKeyFile || join(dataDirectory, "master-key"),
    port,
    workers,
  })) {
    findings.push(finding);
    if (options.json === true) continue;
    printLine(terminal, `${marks[finding.state]}  ${finding.subject}: ${finding.detail}`);
    if (finding.remedy !== undefined)
      printLine(terminal, `        mend it: ${colours.bold(finding.remedy)}`);
  }
  if (options.json === true) printJson(terminal, findings);
  if (findings.some(({ state }) => state === "fault")) context.exitCode = exitCodes.no;
}
