/** The server's settings as options of commands: one flag each, with the same words as in `mien serve`. */
import { type RawSettings, type SettingName, settingRows } from "@mien/server/settings";
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
