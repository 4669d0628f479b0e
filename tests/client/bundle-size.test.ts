/** What browsers have to load is a promise; these gates hold it. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const gzipped = (bytes: Uint8Array) => gzipSync(bytes, { level: 9 }).byteLength;

it("the client for browsers stays under 30 kB gzipped, with nothing of Node and no schema library in it", async () => {
  const result = await build({
    stdin: { contents: 'export * from "@mien/client";', resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
    metafile: true,
  });
  const size = gzipped(result.outputFiles[0]!.contents);
  console.log(`@mien/client for browsers: ${size} bytes gzipped`);
  expect(size).toBeLessThan(30_000);
  const inputs = Object.keys(result.metafile.inputs);
  expect(inputs.some((path) => path.includes("core-rest-pipeline/dist/browser"))).toBe(true);
  expect(inputs.filter((path) => path.includes("typebox"))).toEqual([]);
});

it("the playground stays under 150 kB gzipped", () => {
  const dist = join(root, "apps/playground/dist");
  const sizes = readdirSync(dist).map((name) => gzipped(readFileSync(join(dist, name))));
  const size = sizes.reduce((total, bytes) => total + bytes, 0);
  console.log(`the playground: ${size} bytes gzipped`);
  expect(sizes.length).toBeGreaterThan(2);
  expect(size).toBeLessThan(150_000);
});
