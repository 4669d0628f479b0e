import { Argument, type Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { completionScript, completionShells, type CompletionShell } from "../completion-script.js";
import { addExamples } from "../options.js";
import { printLine } from "../terminal.js";

export function addCompletionCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("completion")
    .summary("print a shell's completion script")
    .description("Prints a script with which a shell completes commands, options and their values.")
    .addArgument(new Argument("<shell>", "the shell").choices(completionShells))
    .action((shell: CompletionShell) =>
      printLine(context.terminal, completionScript(program, shell)),
    );
  addExamples(command, [
    "completion bash > ~/.local/share/bash-completion/completions/mien",
    "completion zsh > ~/.zfunc/_mien",
    "completion fish > ~/.config/fish/completions/mien.fish",
  ]);
}
