/** Throughput and waiting times by number of callers, and what calls without a picture cost beyond their bare parts. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { matchConfidence } from "@mien/gallery/matching";
import { openStore } from "@mien/gallery/open-store";
import { groupFaces } from "@mien/gallery/grouping";
import { recognitionCalibration } from "@mien/vision/recognition-models";
import { fastify } from "fastify";
import { type Call, closedLoop, type Seen } from "./clients.js";
import { floorOf } from "./floor.js";
import { detectQuery, parameterSets } from "./parameter-sets.js";
import { samplingPeriod, startIdleProcess } from "./idle-process.js";
import { scene } from "./pictures.js";
import { measurePrecedence, type PrecedenceRow } from "./precedence.js";
import { compare } from "./rounds.js";
import { callsOf, serve } from "./served.js";
import { type ServerProcess, startProcess } from "./server-process.js";

export interface LoadRow extends Seen {
  readonly operation: string;
  readonly callers: number;
}

export interface MatchingRow {
  readonly operation: string;
  /** Milliseconds: a bare route with the same bytes, the store's reads, the arithmetic, and the real call. */
  readonly bareRoute: number;
  readonly reads: number;
  readonly arithmetic: number;
  readonly call: number;
  readonly toFloor: number;
}

export interface LoadReport {
  readonly rows: readonly LoadRow[];
  /** Answers a second of two workers over one's, 640x480 with five faces. */
  readonly twoWorkersToOne: number;
  /** One worker's time for an answer under load over its floor: 1 is a machine that only decodes and infers. */
  readonly answerToFloor: number;
  readonly precedence: readonly PrecedenceRow[];
  /**
   * Milliseconds, 99th percentile of the event loop's delay while all workers were busy: of each of several windows, as one
   * says little. Reports of earlier versions hold that of the only one.
   */
  readonly eventLoopP99: readonly number[] | number;
  /** The same of a process that does nothing, in the same windows; reports of earlier versions have none. */
  readonly idleEventLoopP99?: readonly number[];
  readonly matching: readonly MatchingRow[];
}

const callers = [1, 4, 16, 64];
const delayWindows = 5;
const set = parameterSets["detection_03, recognition_04, landmarks"];

async function faceIds(
  post: (path: string, body: Uint8Array) => Promise<unknown>,
  count: number,
): Promise<string[]> {
  const file = await scene("1920x1080", 20);
  const ids: string[] = [];
  while (ids.length < count) {
    const faces = (await post(`detect?${detectQuery({ ...set, landmarks: false })}`, file)) as {
      faceId: string;
    }[];
    if (faces.length === 0) throw new Error("the scene shows no faces");
    ids.push(...faces.map(({ faceId }) => faceId));
  }
  return ids.slice(0, count);
}

/** The server's own metric, of the time since the last scrape, as milliseconds beyond the sampling timer's own. */
async function eventLoopP99(server: ServerProcess): Promise<number> {
  const text = await fetch(`${server.endpoint}/metrics`).then((response) => response.text());
  const seconds = /^nodejs_eventloop_lag_p99_seconds(?:\{[^}]*\})? (\S+)$/m.exec(text)?.[1];
  return Number(seconds) * 1000 - samplingPeriod;
}

/** While all workers detect; what was called before has left its traces in no window. */
async function eventLoopDelays(
  server: ServerProcess,
  detect: Call,
  seconds: number,
): Promise<Required<Pick<LoadReport, "idleEventLoopP99">> & { readonly eventLoopP99: number[] }> {
  const delays: number[] = [];
  const idleDelays: number[] = [];
  const idle = startIdleProcess();
  try {
    await closedLoop(detect, 8, seconds * 1000);
    await Promise.all([eventLoopP99(server), idle.delayP99()]);
    for (let window = 0; window < delayWindows; window++) {
      await closedLoop(detect, 8, seconds * 1000);
      idleDelays.push(await idle.delayP99());
      delays.push(await eventLoopP99(server));
    }
  } finally {
    idle.close();
  }
  return { eventLoopP99: delays, idleEventLoopP99: idleDelays };
}

async function underLoad(seconds: number): Promise<Omit<LoadReport, "matching" | "precedence">> {
  const picture = await scene("640x480", 5);
  const path = `detect?${detectQuery(set)}`;
  const rows: LoadRow[] = [];
  const one = await startProcess({ MIEN_WORKERS: "1", MIEN_METRICS: "local" });
  const two = await startProcess({ MIEN_WORKERS: "2", MIEN_METRICS: "local" });
  try {
    const posting =
      (server: ServerProcess, to: string, body: Uint8Array | object): Call =>
      async () => {
        const response = await server.send(to, body);
        if (response.status !== 200 && response.status !== 503)
          throw new Error(`${to}: ${response.status}`);
        return response.status === 200;
      };
    const ids = await faceIds((to, body) => two.post(to, body), 1000);
    const calls: Record<string, Call> = {
      "detect, 640x480, 5 faces": posting(two, path, picture),
      verify: posting(two, "verify", { faceId1: ids[0]!, faceId2: ids[1]! }),
      "findSimilar among 1000": posting(two, "findsimilars", {
        faceId: ids[0]!,
        faceIds: ids,
      }),
      "group of 1000": posting(two, "group", { faceIds: ids }),
    };
    for (const [operation, call] of Object.entries(calls)) {
      await closedLoop(call, 2, 500);
      for (const count of callers) {
        rows.push({
          operation,
          callers: count,
          ...(await closedLoop(call, count, seconds * 1000)),
        });
        process.stderr.write(
          `  ${operation}, ${count} callers: ${rows.at(-1)!.throughput.toFixed(1)}/s\n`,
        );
      }
    }

    const delays = await eventLoopDelays(two, calls["detect, 640x480, 5 faces"]!, seconds);
    const floor = await floorOf(picture, set);
    const shares: { ratio: number; toFloor: number }[] = [];
    for (let round = 0; round < 5; round++) {
      const { timings } = await compare({ floor: () => floor.run() }, "floor", 3);
      const single = await closedLoop(posting(one, path, picture), 3, seconds * 500);
      const double = await closedLoop(posting(two, path, picture), 6, seconds * 500);
      shares.push({
        ratio: double.throughput / single.throughput,
        toFloor: 1000 / single.throughput / timings["floor"]!.median,
      });
    }
    const middle = (values: number[]): number => values.sort((a, b) => a - b)[2]!;
    return {
      rows,
      twoWorkersToOne: middle(shares.map(({ ratio }) => ratio)),
      answerToFloor: middle(shares.map(({ toFloor }) => toFloor)),
      ...delays,
    };
  } finally {
    await one.close();
    await two.close();
  }
}

/** verify, findSimilar and group against a bare route with the same bytes, the store's reads and the arithmetic. */
async function matching(): Promise<MatchingRow[]> {
  const server = await serve();
  const directory = await mkdtemp(join(tmpdir(), "mien-bench-"));
  const store = await openStore({
    dataDirectory: directory,
    storeUrl: "",
    storeReplicas: undefined,
    masterKey: "",
    masterKeyFile: "",
  });
  const bare = fastify();
  try {
    const calibration = recognitionCalibration("recognition_04");
    const length = calibration.parts.reduce((sum, part) => sum + part.length, 0);
    const stored = Array.from({ length: 1000 }, (_, face) => ({
      faceId: randomUUID(),
      recognitionModel: "recognition_04",
      embedding: Float32Array.from({ length }, (_, i) => Math.sin(face * 7 + i * 1.3) / 17),
    }));
    await store.put("bench", stored, 3_600_000);
    const storedIds = stored.map(({ faceId }) => faceId);
    const embeddings = stored.map(({ embedding }) => embedding);
    const ids = await faceIds((to, body) => server.post(to, body), 1000);
    const bodies = {
      verify: { path: "verify", body: { faceId1: ids[0]!, faceId2: ids[1]! }, faces: 2 },
      "findSimilar among 1000": {
        path: "findsimilars",
        body: { faceId: ids[0]!, faceIds: ids },
        faces: 1000,
      },
      "group of 1000": { path: "group", body: { faceIds: ids }, faces: 1000 },
    } as const;
    const answers = new Map<string, string>();
    for (const { path, body } of Object.values(bodies))
      answers.set(path, JSON.stringify(await server.post(path, body)));
    bare.post<{ Params: { operation: string } }>(
      "/face/v1.1-preview.1/:operation",
      (request, reply) =>
        reply.type("application/json").send(answers.get(request.params.operation)),
    );
    const bareCalls = callsOf(await bare.listen({ port: 0, host: "127.0.0.1" }));
    const arithmetic = {
      verify: () => matchConfidence(embeddings[0]!, embeddings[1]!, calibration),
      findsimilars: () =>
        embeddings.map((own) => matchConfidence(embeddings[0]!, own, calibration)),
      group: () => groupFaces(embeddings, calibration),
    };
    const rows: MatchingRow[] = [];
    for (const [operation, { path, body, faces }] of Object.entries(bodies)) {
      const { timings } = await compare(
        {
          bare: () => bareCalls.post(path, body),
          reads: () => store.get("bench", storedIds.slice(0, faces)),
          arithmetic: () => Promise.resolve(arithmetic[path]()),
          call: () => server.post(path, body),
        },
        "bare",
        25,
      );
      const of = (name: string): number => timings[name]!.median;
      rows.push({
        operation,
        bareRoute: of("bare"),
        reads: of("reads"),
        arithmetic: of("arithmetic"),
        call: of("call"),
        toFloor: of("call") / (of("bare") + of("reads") + of("arithmetic")),
      });
    }
    return rows;
  } finally {
    await bare.close();
    await store.close();
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
}

export async function measureLoad(seconds = 5): Promise<LoadReport> {
  const compared = await matching();
  const precedence = await measurePrecedence(seconds);
  return { ...(await underLoad(seconds)), precedence, matching: compared };
}
