// Bundles the page into dist/: one script, one style sheet, one document, all from the same origin.
import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

rmSync(here("dist"), { recursive: true, force: true });
await build({
  entryPoints: [here("src/main.ts"), here("src/style.css")],
  outdir: here("dist"),
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: ["chrome123", "firefox120", "safari17.5"],
  legalComments: "linked",
  logLevel: "warning",
});
cpSync(here("public"), here("dist"), { recursive: true });
