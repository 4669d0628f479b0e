/**
 * `npm run fuzz -- --inputs 1000000 --seed 1`: starts the product in a process of its own and sends it spoilt pictures,
 * JSON, queries, URLs, headers and raw bytes. Ends with 1 when anything was found; `--only <kind>:<seed>` sends one
 * input again.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fuzz, inputKinds, tryInput } from "./fuzz.js";
import { fuzzKey } from "./input.js";
import { openTarget } from "./target.js";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    "at-once": { type: "string", default: "24" },
    only: { type: "string" },
    json: { type: "string" },
  },
});

const directory = mkdtempSync(join(tmpdir(), "mien-fuzz-"));
const script = join(import.meta.dirname, "../../packages/cli/dist/main.js");
const server = spawn(process.execPath, [script, "serve", "--port", "0", "--data-dir", directory], {
  env: {
    ...process.env,
    MIEN_API_KEYS: fuzzKey,
    MIEN_LOG: "error",
    MIEN_PLAYGROUND: "off",
    // Refusing pictures is right on a machine that is busy with other work, and no finding: here they wait.
    MIEN_MAX_WAIT: "40000",
  },
  stdio: ["ignore", "pipe", "inherit"],
});
const death = new AbortController();
server.once("exit", () => death.abort());
const exit = new Promise<number | null>((resolve) => server.once("exit", resolve));

const endpoint = await new Promise<string>((resolve, reject) => {
  let said = "";
  server.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
    if (address !== undefined) resolve(address);
  });
  server.once("exit", () => reject(new Error("the server did not start")));
});

async function sendOne(name: string): Promise<number> {
  const [kindName, seed] = name.split(":");
  const kind = inputKinds.find((candidate) => candidate.name === kindName);
  if (kind === undefined) throw new Error(`there are no inputs ${name}`);
  const target = openTarget(endpoint, 1);
  const verdict = await tryInput(kind, Number(seed), (input) => {
    console.log(input.form === "raw" ? input.bytes.toString("latin1") : input);
    return target.send(input);
  });
  await target.close();
  console.log(verdict ?? "nothing is wrong");
  return verdict === undefined ? 0 : 1;
}

async function sendMany(): Promise<number> {
  const seed = Number(values.seed);
  const summary = await fuzz({
    endpoint,
    inputs: Number(values.inputs),
    seed,
    atOnce: Number(values["at-once"]),
    signal: death.signal,
    report: ({ kind, seed: inputSeed, verdict }) =>
      console.log(`${kind}:${inputSeed}  ${verdict.slice(0, 500)}`),
    progress: (done, findings) => console.log(`${done} inputs, ${findings} findings`),
  });
  const alive = !death.signal.aborted && (await fetch(`${endpoint}/healthz`)).status === 200;
  const rows = Object.entries(summary.counts).map(([kind, count]) => ({
    kind,
    inputs: count,
    findings: summary.findings.filter((finding) => finding.kind === kind).length,
  }));
  console.table(rows);
  const sent = Object.values(summary.counts).reduce((sum, count) => sum + count, 0);
  console.log(
    `seed ${seed}: ${sent} inputs in ${summary.seconds.toFixed(0)} s, ${summary.findings.length} findings, the server ${alive ? "lives" : "died"}`,
  );
  if (values.json !== undefined)
    writeFileSync(values.json, JSON.stringify({ seed, ...summary }, null, 1));
  return alive && summary.findings.length === 0 ? 0 : 1;
}

const code = values.only === undefined ? await sendMany() : await sendOne(values.only);
server.kill("SIGTERM");
await exit;
rmSync(directory, { recursive: true, force: true });
process.exitCode = code;
