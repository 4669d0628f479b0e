/** Dependencies point one way, and the linter refuses all that would turn them round. */
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { expect, it } from "vitest";

// The files are not there, so nothing knows their types.
const linter = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });

async function complaints(text: string, filePath: string): Promise<string[]> {
  const [result] = await linter.lintText(text, { filePath });
  return result!.messages
    .map(({ ruleId }) => ruleId ?? "")
    .filter((rule) => rule.startsWith("no-restricted-"));
}

it.each([
  'import { openStore } from "@mien/gallery/open-store"; openStore();',
  'export { openStore } from "@mien/gallery/open-store";',
  'await import("@mien/gallery/open-store");',
  "await import(`@mien/gallery/open-store`);",
  'await import("mien");',
  'import { openStore } from "../../gallery/src/open-store.js"; openStore();',
  'await import("../../gallery/src/open-store.js");',
  'import.meta.resolve("@mien/gallery/open-store");',
  'createRequire(import.meta.url)("@mien/gallery/open-store");',
  'new URL("../../vision/dist/worker.js", import.meta.url);',
  "const f = 1; export { f as default };",
  "export default 1;",
  'export * from "./settings.js";',
])("in the server's room nobody may write %s", async (text) => {
  expect(await complaints(text, "packages/server/src/trial.ts")).toHaveLength(1);
});

it.each([
  'import { openLocal } from "@mien/service/local-service"; openLocal();',
  'await import("@mien/service/local-service");',
  'new URL("../package.json", import.meta.url);',
  'const name = "mien"; use(name);',
])("in the server's room anybody may write %s", async (text) => {
  expect(await complaints(text, "packages/server/src/trial.ts")).toEqual([]);
});
