import { type RawSettings, type SettingName, settingRows } from "@mien/server/setting-rows";
import { readSettings } from "@mien/server/settings";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { exitCodes } from "../exit-codes.js";
import { examineMachine } from "../examination.js";
import type { Finding } from "../finding.js";
import { addExamples, addJsonOption, type JsonOption } from "../options.js";
import { addSettingOptions, namedSettings, unknownVariables } from "../setting-options.js";
import { coloursFor, printJson, printLine } from "../terminal.js";

/** All: what is served with some settings is examined with the same. */
const names = Object.keys(settingRows) as SettingName[];

export function addDoctorCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("doctor")
    .summary("find problems on this machine and how to fix them")
    .description(
      "Checks everything that mien serve with the same settings needs on this machine, also each file and\n" +
        "folder, and says how to fix what is wrong. Run it as the user of the service.",
    )
    .action((options: JsonOption) => doctor(namedSettings(command, names), options, context));
  addSettingOptions(command, names);
  addJsonOption(command);
  addExamples(command, ["doctor", "doctor --json", "doctor --data-dir /var/lib/mien"]);
}

async function doctor(
  flags: RawSettings,
  options: JsonOption,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const settings = readSettings(flags, terminal.environment);
  const findings: Finding[] = [];
  const colours = coloursFor(terminal.out, terminal.environment);
  const marks = {
    well: colours.green("ok  "),
    warning: colours.yellow("note"),
    fault: colours.red("fail"),
  };
  const tell = (finding: Finding): void => {
    findings.push(finding);
    if (options.json === true) return;
    printLine(terminal, `${marks[finding.state]}  ${finding.subject}: ${finding.detail}`);
    if (finding.remedy !== undefined)
      printLine(terminal, `        to fix: ${colours.bold(finding.remedy)}`);
  };
  for (const name of unknownVariables(terminal.environment))
    tell({
      subject: "Settings",
      state: "warning",
      detail: `${name} is not a setting and has no effect`,
      remedy: "mien serve --help   # lists all settings",
    });
  for await (const finding of examineMachine(settings)) tell(finding);
  if (options.json === true) printJson(terminal, findings);
  if (findings.some(({ state }) => state === "fault")) context.exitCode = exitCodes.no;
}
