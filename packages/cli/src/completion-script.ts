import type { Command, Option } from "commander";

export const completionShells = ["bash", "zsh", "fish"] as const;
export type CompletionShell = (typeof completionShells)[number];

/** A script for a shell, written from the commands and options themselves so that it never lags behind them. */
export function completionScript(program: Command, shell: CompletionShell): string {
  const common = program.options.filter(({ long }) => long !== "--version");
  const commands = program.commands.map((command) => {
    const options = [command, ...command.commands].flatMap((one) => one.options).concat(common);
    return {
      name: command.name(),
      summary: command.summary(),
      words: [
        ...command.commands.map((one) => one.name()),
        ...(command.registeredArguments[0]?.argChoices ?? []),
      ],
      options: [...new Map(options.map((option) => [option.long!, option])).values()],
    };
  });
  switch (shell) {
    case "bash":
      return bashScript(commands);
    case "zsh":
      return `#compdef mien\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`;
    case "fish":
      return fishScript(commands);
  }
}

interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  /** What may follow it at once: its own commands, or the choices of its argument. */
  readonly words: readonly string[];
  readonly options: readonly Option[];
}

/** The words that an option takes, by its choices or by a placeholder such as `<on|off>`. */
function choicesOf(option: Option): readonly string[] | undefined {
  return option.argChoices ?? /<([^>]*\|[^>]*)>/.exec(option.flags)?.[1]?.split("|");
}

function bashScript(commands: readonly CompletedCommand[]): string {
  const choices = new Map(
    commands
      .flatMap(({ options }) => options)
      .flatMap((option) =>
        choicesOf(option) === undefined ? [] : [[option.long!, choicesOf(option)!] as const],
      ),
  );
  const cases = (entries: readonly (readonly [string, string])[]) =>
    entries.map(([pattern, words]) => `    ${pattern}) words="${words}" ;;`).join("\n");
  return `_mien() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} help" -- "$current"))
    return
  fi
  if [ "$COMP_CWORD" -eq 2 ] && [ "\${current#-}" = "$current" ]; then
    case "$previous" in
${cases(commands.filter(({ words }) => words.length > 0).map(({ name, words }) => [name, words.join(" ")]))}
    esac
  fi
  case "$previous" in
${cases([...choices].map(([option, words]) => [option, words.join(" ")]))}
  esac
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  # Names of files are the shell's own to complete and to quote.
  if [ "\${current#-}" = "$current" ]; then return; fi
  case "\${COMP_WORDS[1]}" in
${cases(commands.map(({ name, options }) => [name, options.map(({ long }) => long!).join(" ")]))}
  esac
  COMPREPLY=($(compgen -W "$words --help" -- "$current"))
}
complete -o default -F _mien mien`;
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const quote = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
  return commands
    .flatMap(({ name, summary, words, options }) => [
      `complete -c mien -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
      ...(words.length === 0
        ? []
        : [
            `complete -c mien -n ${quote(`__fish_seen_subcommand_from ${name}`)} -f -a ${quote(words.join(" "))}`,
          ]),
      ...options.map((option) => {
        const parts = [`complete -c mien -n ${quote(`__fish_seen_subcommand_from ${name}`)}`];
        parts.push(`-l ${option.long!.slice(2)} -d ${quote(option.description)}`);
        if (option.required) parts.push("-r");
        const choices = choicesOf(option);
        if (choices !== undefined) parts.push(`-f -a ${quote(choices.join(" "))}`);
        return parts.join(" ");
      }),
    ])
    .join("\n");
}
