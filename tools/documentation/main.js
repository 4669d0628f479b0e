// Writes the pages of docs/ that are made of tables in the code; with --check it only says which of them differ.
// Usage: npm run docs, after npm run build
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { architectureDrawing } from "./architecture-drawing.js";
import { clientPage } from "./client-page.js";
import { commandLinePage } from "./command-line-page.js";
import { licencesPage } from "./licences-page.js";
import { metricsPage } from "./metrics-page.js";
import { networksPage } from "./networks-page.js";
import { operationsPage } from "./operations-page.js";
import { settingsPage } from "./settings-page.js";

const pages = {
  "reference/client.md": clientPage,
  "reference/command-line.md": commandLinePage,
  "reference/metrics.md": metricsPage,
  "reference/operations.md": operationsPage,
  "reference/settings.md": settingsPage,
  "models/networks.md": networksPage,
  "licences.md": licencesPage,
  "architecture.svg": architectureDrawing,
};

const check = process.argv.includes("--check");
const stale = [];
for (const [name, page] of Object.entries(pages)) {
  const path = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
  const text = await page();
  const written = name.endsWith(".md")
    ? await format(text, { parser: "markdown", printWidth: 100 })
    : text;
  if (read(path) === written) continue;
  stale.push(name);
  if (check) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, written);
}
if (check && stale.length > 0) {
  console.error(`docs/ differs from the code: run npm run docs (${stale.join(", ")})`);
  process.exitCode = 1;
} else console.log(`docs: ${stale.length} of ${Object.keys(pages).length} pages written`);

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
