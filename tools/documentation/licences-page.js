import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelCards } from "@mien/models/registry";
import { code, made, table } from "./markdown.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Licences that let everybody use, change and pass on; anything else needs a decision, and so fails the build of the page. */
const accepted =
  /^(\(?(MIT|MIT-0|ISC|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|0BSD|BlueOak-1\.0\.0|Unlicense|CC0-1\.0|WTFPL|LGPL-3\.0-or-later|Zlib|Python-2\.0)( (AND|OR) )?)+\)?$/;

export function licencesPage() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const installed = new Map();
  for (const [path, entry] of Object.entries(packages)) {
    if (!path.includes("node_modules/") || entry.dev === true || entry.link === true) continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const licence = entry.license ?? licenceOf(path);
    if (name.startsWith("@mien/") || name === "mien") continue;
    installed.set(`${name}@${entry.version}`, [name, entry.version, licence]);
  }
  const rows = [...installed.values()].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, version, licence] of rows)
    if (!accepted.test(licence)) throw new Error(`${name}@${version} has the licence ${licence}`);
  const weights = modelCards.map(({ key, source }) => [
    code(key),
    source.kind === "package" ? `${source.package}@${source.version}` : dirname(source.recipe),
    source.licence,
  ]);
  return `# Licences

${made("`package-lock.json` and `packages/models/src/registry.ts`")} Mien itself is MIT.

## Weights

The licences are those that the packages declare from which the weights are taken. None of the packages says what its weights were trained on. The texts of the licences are published with the weights, in \`packages/models/dist/licences.txt\`.

${table(["Network", "From", "Licence"], weights)}

## Code in the playground's bundle

Every server serves the full list with the licence texts at \`/licences.txt\`; it is also in \`apps/playground/dist/licences.txt\`.

## Packages that are installed with Mien

${rows.length} packages; npm installs the text of each licence with the code. The list includes packages for other platforms.

${table(["Package", "Version", "Licence"], rows)}
`;
}

function licenceOf(path) {
  try {
    const { license } = JSON.parse(readFileSync(join(root, path, "package.json"), "utf8"));
    return typeof license === "string" ? license : (license?.type ?? "unknown");
  } catch {
    return "unknown";
  }
}
