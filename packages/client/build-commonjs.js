// Adds to the ES modules that tsc wrote one CommonJS file and its types, for programs that still `require`.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [here("dist/face-client.js")],
  outfile: here("dist/face-client.cjs"),
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20",
  external: ["@azure/*"],
  logLevel: "warning",
});
const generator = createRequire(import.meta.url).resolve(
  "dts-bundle-generator/dist/bin/dts-bundle-generator.js",
);
execFileSync(
  process.execPath,
  [
    generator,
    "--silent",
    "--no-check",
    "--project",
    here("tsconfig.json"),
    // Its own types must not lead a CommonJS program to an ES module.
    "--external-inlines=@mien/contract",
    "-o",
    here("dist/face-client.d.cts"),
    here("dist/face-client.d.ts"),
  ],
  { stdio: ["ignore", "ignore", "inherit"] },
);
// Node gives both kinds of programs the same classes (`module-sync`). With private members TypeScript would take those of the
// two files for different ones, and refuse the client of an ES module, `mien` say, in a CommonJS program.
const types = here("dist/face-client.d.cts");
writeFileSync(types, readFileSync(types, "utf8").replaceAll(/^\s*#private;\n/gm, ""));
