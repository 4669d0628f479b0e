import { createProgram } from "../../packages/cli/dist/program.js";
import { made } from "./markdown.js";

export function commandLinePage() {
  const silent = { write: () => true };
  const program = createProgram({
    terminal: { out: silent, error: silent, environment: {} },
    signal: new AbortController().signal,
    exitCode: 0,
  });
  const help = (command) => {
    let text = "";
    command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 100 });
    command.outputHelp();
    return `\`\`\`text\n${text.trimEnd()}\n\`\`\``;
  };
  return `# The command line

${made("the commands themselves")} The settings of \`mien serve\` are also listed under [settings](settings.md).

${help(program)}

${program.commands
  .flatMap((command) => [
    `## mien ${command.name()}\n\n${help(command)}`,
    ...command.commands.map((part) => `### mien ${command.name()} ${part.name()}\n\n${help(part)}`),
  ])
  .join("\n\n")}
`;
}
