/**
 * `npm run bench:walls`: whether the time of an answer tells a faceId of another tenant from one that never was. Asks a
 * real server for both in turn, in random order, and prints how often a foreign one took longer: half of the time is
 * what nobody can learn from.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AzureKeyCredential, FaceClient } from "@mien/client";
import { readSettings } from "@mien/server/settings";
import { startServer } from "@mien/server/start-server";

const rounds = Number(process.argv[2] ?? 4000);
const directory = mkdtempSync(join(tmpdir(), "mien-walls-"));
const server = await startServer(
  readSettings(
    {
      port: "0",
      dataDirectory: directory,
      workers: "1",
      playground: "off",
      log: "off",
      apiKeys: "one:key-one,two:key-two",
    },
    {},
  ),
);

async function facesOf(key: string): Promise<string[]> {
  const client = new FaceClient(server.endpoint, new AzureKeyCredential(key));
  const picture = fileURLToPath(
    new URL("../../../node_modules/@vladmandic/face-api/demo/sample1.jpg", import.meta.url),
  );
  const faces = await client.detect(readFileSync(picture), {
    detectionModel: "detection_03",
    recognitionModel: "recognition_04",
    returnFaceId: true,
  });
  return faces.map(({ faceId }) => faceId!);
}

interface Answer {
  readonly milliseconds: number;
  readonly text: string;
}

async function ask(path: string, body: object): Promise<Answer> {
  const started = performance.now();
  const response = await fetch(`${server.endpoint}/face/v1.2/${path}`, {
    method: "POST",
    headers: { "Ocp-Apim-Subscription-Key": "key-one", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = `${response.status} ${await response.text()}`;
  return { milliseconds: performance.now() - started, text };
}

/** How often a value of the first list is above one of the second; ties count half. */
function shareAbove(first: readonly number[], second: readonly number[]): number {
  const all = [...first.map((value) => [value, 0]), ...second.map((value) => [value, 1])];
  all.sort(([a], [b]) => a! - b!);
  let below = 0;
  let pairs = 0;
  for (const [, list] of all) {
    if (list === 1) below++;
    else pairs += below;
  }
  return pairs / (first.length * second.length);
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const own = await facesOf("key-one");
const foreign = await facesOf("key-two");
const bodies: Readonly<Record<string, (faceId: string) => object>> = {
  verify: (faceId) => ({ faceId1: own[0], faceId2: faceId }),
  findsimilars: (faceId) => ({ faceId: own[0], faceIds: [own[1], faceId] }),
  group: (faceId) => ({ faceIds: [own[0], faceId] }),
};

const results = [];
for (const [operation, body] of Object.entries(bodies)) {
  const times: Record<"foreign" | "never", number[]> = { foreign: [], never: [] };
  const answers = new Set<string>();
  // The first answers warm up compilers and caches.
  for (let round = -200; round < rounds; round++) {
    const kind = Math.random() < 0.5 ? "foreign" : "never";
    const faceId = kind === "foreign" ? foreign[round & 1]! : randomUUID();
    const { milliseconds, text } = await ask(operation, body(faceId));
    answers.add(text);
    if (round >= 0) times[kind].push(milliseconds);
  }
  const share = shareAbove(times.foreign, times.never);
  const deviation = Math.sqrt(
    (times.foreign.length + times.never.length + 1) /
      (12 * times.foreign.length * times.never.length),
  );
  results.push({
    operation,
    answers: [...answers],
    foreignMedian: median(times.foreign),
    neverMedian: median(times.never),
    foreignTookLonger: share,
    interval: [share - 1.96 * deviation, share + 1.96 * deviation],
  });
}

console.table(
  results.map(
    ({ operation, answers, foreignMedian, neverMedian, foreignTookLonger, interval }) => ({
      operation,
      "different answers": answers.length,
      "foreign, ms": foreignMedian.toFixed(3),
      "never was, ms": neverMedian.toFixed(3),
      "foreign took longer": `${(foreignTookLonger * 100).toFixed(1)} %`,
      "by chance, 95 %": `${(50 - (interval[1]! - foreignTookLonger) * 100).toFixed(1)} to ${(50 + (interval[1]! - foreignTookLonger) * 100).toFixed(1)} %`,
    }),
  ),
);
const folder = fileURLToPath(new URL("../../results", import.meta.url));
await mkdir(folder, { recursive: true });
await writeFile(
  join(folder, "walls.json"),
  `${JSON.stringify({ rounds, results }, undefined, 1)}\n`,
);
await server.close();
rmSync(directory, { recursive: true, force: true });
