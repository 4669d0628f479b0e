// Bundles the page into dist/: one script, one style sheet, one document, all from the same origin.
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

rmSync(here("dist"), { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [here("src/main.ts"), here("src/style.css")],
  outdir: here("dist"),
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: ["chrome123", "firefox120", "safari17.5"],
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  absWorkingDir: here("."),
});
cpSync(here("public"), here("dist"), { recursive: true });
writeFileSync(here("dist/licences.txt"), licences(Object.keys(metafile.inputs)));

/** The licence of every package that has a part in the bundle, in full, as the licences ask. */
function licences(inputs) {
  const folders = inputs
    .filter((input) => input.includes("node_modules/"))
    .map((input) => here(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(input)[1]));
  return [...new Set(folders)]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(
        readFileSync(join(folder, "package.json"), "utf8"),
      );
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim();
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
