import { settingRows } from "@mien/server/settings";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { exitCodes } from "../exit-codes.js";
import { examineMachine, type Finding } from "../examination.js";
import { addExamples, addJsonOption, type JsonOption } from "../options.js";
import { coloursFor, printJson, printLine } from "../terminal.js";

interface DoctorOptions extends JsonOption {
  readonly dataDir: string;
  readonly port: string;
}

export function addDoctorCommand(program: Command, context: CommandContext): void {
  const { environment } = context.terminal;
  const { dataDirectory, port } = settingRows;
  const command = program
    .command("doctor")
    .summary("find what is wrong on this machine, and how to mend it")
    .description("Looks at all that mien needs of this machine and says how to mend what is wrong.")
    .option(
      "--data-dir <folder>",
      "data directory to look at",
      environment[dataDirectory.environment] ?? dataDirectory.fallback,
    )
    .option("--port <number>", "port to look at", environment[port.environment] ?? port.fallback)
    .action((options: DoctorOptions) => doctor(options, context));
  addJsonOption(command);
  addExamples(command, ["doctor", "doctor --json"]);
}

async function doctor(options: DoctorOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const findings: Finding[] = [];
  const colours = coloursFor(terminal.out, terminal.environment);
  const marks = {
    well: colours.green("ok  "),
    warning: colours.yellow("note"),
    fault: colours.red("bad "),
  };
  for await (const finding of examineMachine({
    dataDirectory: options.dataDir,
    port: Number(options.port),
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
