/** `npm run bench:attributes`: prints `docs/models/attributes.md`, the card of the attribute heads, and writes JSON. */
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { attributesPage } from "./attributes-page.js";
import { measureAttributes } from "./attributes.js";
import { requireData } from "./data-folder.js";

requireData();
const report = await measureAttributes();
const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
await mkdir(at("bench/results"), { recursive: true });
await mkdir(at("docs/models"), { recursive: true });
await writeFile(at("bench/results/attributes.json"), `${JSON.stringify(report, undefined, 1)}\n`);
const page = await attributesPage(report);
await writeFile(at("docs/models/attributes.md"), page);
console.log(page);
