/**
 * `npm run bench:<part>`: measures one part, writes `bench/results/speed.json` and, from all that it holds,
 * `docs/performance.md` with its plots. Parts that are not run keep what they said.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { measureDetect } from "./detect.js";
import type { SpeedReport } from "./speed-report.js";

const parts: Readonly<Record<string, (only: readonly string[]) => Promise<Partial<SpeedReport>>>> =
  {
    detect: async (only) => ({ detect: await measureDetect(only) }),
  };

const [part = "", ...only] = process.argv.slice(2);
const measurePart = parts[part];
if (measurePart === undefined)
  throw new Error(`no part is called "${part}"; there are ${Object.keys(parts).join(", ")}`);
const measured = await measurePart(only);
console.log(JSON.stringify(measured, undefined, 1));
if (only.length === 0) {
  const folder = fileURLToPath(new URL("../../results", import.meta.url));
  const file = `${folder}/speed.json`;
  const known = await readFile(file, "utf8").then(
    (text) => JSON.parse(text) as Partial<SpeedReport>,
    () => ({}),
  );
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...known, ...measured }, undefined, 1)}\n`);
}
