/** The server's settings as options of commands: one flag each, with the same words as in `mien serve`. */
import { type RawSettings, type SettingName, settingRows } from "@mien/server/setting-rows";
import { type Command, Option } from "commander";

export function addSettingOptions(command: Command, names: readonly SettingName[]): void {
  for (const name of names) {
    const { flag, meaning, environment, fallback } = settingRows[name];
    const shown = fallback === "" ? "" : `, default ${fallback}`;
    command.addOption(new Option(flag, `${meaning} (${environment}${shown})`));
  }
}

/** What was said of the settings on a command's line, by their names. */
export function namedSettings(command: Command, names: readonly SettingName[]): RawSettings {
  const flags = command.opts<Record<string, string>>();
  const named: RawSettings = {};
  for (const name of names) {
    const option = command.options.find((candidate) => candidate.flags === settingRows[name].flag);
    const value = option === undefined ? undefined : flags[option.attributeName()];
    if (value !== undefined) named[name] = value;
  }
  return named;
}

/** Variables of the commands that ask a service; `mien serve` has no use for them, and they are no mistake. */
export const clientVariables = ["MIEN_ENDPOINT", "MIEN_KEY", "MIEN_DEBUG"];

/**
 * Variables that look like settings and are none: whoever misspelt one believes that it is in force. Those that
 * Kubernetes sets for a service called `mien` are nobody's mistake.
 */
export function unknownVariables(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const known = new Set<string>([
    ...Object.values(settingRows).map((row) => row.environment),
    ...clientVariables,
  ]);
  return Object.keys(environment).filter(
    (name) => name.startsWith("MIEN_") && !known.has(name) && !/^MIEN_(PORT|SERVICE)_/.test(name),
  );
}
