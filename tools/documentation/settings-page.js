import { settingRows } from "@mien/server/setting-rows";
import { code, made, table } from "./markdown.js";

export function settingsPage() {
  return `# Settings of the server

${made("`packages/server/src/setting-rows.ts`")} A flag of \`mien serve\` takes precedence over the environment variable.

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
