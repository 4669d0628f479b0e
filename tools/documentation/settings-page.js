import { settingRows } from "@mien/server/settings";
import { code, made, table } from "./markdown.js";

export function settingsPage() {
  return `# Settings of the server

${made("`packages/server/src/settings.ts`")} A flag of \`mien serve\` takes precedence over the environment variable.

${table(
  ["Environment", "Flag", "Default", "Meaning"],
  Object.values(settingRows).map(({ environment, flag, fallback, meaning }) => [
    code(environment),
    code(flag),
    code(fallback),
    meaning,
  ]),
)}
`;
}
