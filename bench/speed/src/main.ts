/**
 * `npm run bench:<part>`: measures one part, writes `bench/results/speed.json` and, from all that it holds,
 * `docs/performance.md` with its plots. Parts that are not run keep what they said. An argument after the part makes
 * it smaller (a number of detections, seconds or rounds; scenes of detect; words of changes) and then only prints.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { closeOtherLoaders } from "@mien/vision/decode";
import { measureChanges } from "./changes.js";
import { measureDetect } from "./detect.js";
import { measureLoad } from "./load.js";
import { thisMachine } from "./machine.js";
import { measureMemory } from "./memory.js";
import { measureOverload } from "./overload.js";
import { measurePeers } from "./peers.js";
import { writePerformancePage } from "./performance-page.js";
import { measureProfile } from "./profile.js";
import type { PartName, SpeedParts, SpeedReport } from "./speed-report.js";
import { measureStart } from "./start.js";

// What is decoded here is decoded as by decoders: on one thread.
closeOtherLoaders();

const parts: {
  readonly [Name in PartName]: (smaller: readonly string[]) => Promise<SpeedParts[Name]>;
} = {
  detect: (scenes) => measureDetect(scenes),
  peers: ([rounds]) => measurePeers(number(rounds)),
  load: ([seconds]) => measureLoad(number(seconds)),
  overload: ([seconds]) => measureOverload(number(seconds)),
  memory: ([detections]) => measureMemory(number(detections)),
  start: ([starts]) => measureStart(number(starts)),
  profile: ([turns]) => measureProfile(number(turns)),
  changes: (words) => measureChanges(words),
};

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function isPart(name: string): name is PartName {
  return name in parts;
}

// Before the first thread loads the runtime: it talks to nobody.
process.env["ORT_DISABLE_TELEMETRY"] = "1";
const file = fileURLToPath(new URL("../../results/speed.json", import.meta.url));
const known = await readFile(file, "utf8").then(
  (text) => JSON.parse(text) as SpeedReport,
  (): SpeedReport => ({}),
);
const [part = "", ...rest] = process.argv.slice(2);
const keep = rest.includes("--keep");
const smaller = rest.filter((word) => word !== "--keep");
if (part === "page") {
  await writePerformancePage(known);
} else {
  if (!isPart(part))
    throw new Error(`no part is called "${part}"; there are ${Object.keys(parts).join(", ")}`);
  const machine = await thisMachine();
  const result = await parts[part](smaller);
  console.log(JSON.stringify(result, undefined, 1));
  if (smaller.length === 0 || keep) {
    const report: SpeedReport = { ...known, [part]: { machine, result } };
    await mkdir(fileURLToPath(new URL("../../results", import.meta.url)), { recursive: true });
    await writeFile(file, `${JSON.stringify(report, undefined, 1)}\n`);
    await writePerformancePage(report);
  }
}
