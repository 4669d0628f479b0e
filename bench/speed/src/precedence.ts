/** Whether calls without a picture wait behind those with one, by the niceness of the threads that see pictures. */
import { defaultNiceness } from "@mien/vision/face-analyzer";
import { type Call, closedLoop } from "./clients.js";
import { detectQuery, parameterSets } from "./parameter-sets.js";
import { scene } from "./pictures.js";
import { type ServerProcess, startProcess } from "./server-process.js";
import { quantile } from "./statistics.js";

export interface PrecedenceRow {
  readonly niceness: number;
  readonly isDefault: boolean;
  /** Milliseconds, 99th percentile of a lone verify call, and of one beside eight callers of detect. */
  readonly verifyAlone: number;
  readonly verifyLoaded: number;
  /** Detections a second of eight callers and nothing else. */
  readonly detections: number;
}

const path = `detect?${detectQuery(parameterSets["detection_03, recognition_04, landmarks"])}`;
const rounds = 3;

/** Each niceness has a server of its own; they take turns, and the medians of the rounds count. */
export async function measurePrecedence(seconds: number): Promise<PrecedenceRow[]> {
  const picture = await scene("640x480", 5);
  const servers = new Map<number, ServerProcess>();
  const calls = new Map<number, { readonly verify: Call; readonly detect: Call }>();
  const seen = new Map<number, Omit<PrecedenceRow, "niceness" | "isDefault">[]>();
  try {
    for (const niceness of new Set([0, 5, defaultNiceness, 19])) {
      const server = await startProcess({
        MIEN_WORKERS: "2",
        MIEN_WORKER_NICENESS: String(niceness),
      });
      servers.set(niceness, server);
      const [first, second] = (await server.post(path, picture)) as { faceId: string }[];
      calls.set(niceness, {
        verify: async () => {
          await server.post("verify", { faceId1: first!.faceId, faceId2: second!.faceId });
          return true;
        },
        detect: async () => {
          await server.post(path, picture);
          return true;
        },
      });
      seen.set(niceness, []);
    }
    for (let round = 0; round < rounds; round++)
      for (const [niceness, { verify, detect }] of calls) {
        const alone = await closedLoop(verify, 1, seconds * 400);
        const [loaded] = await Promise.all([
          closedLoop(verify, 1, seconds * 800),
          closedLoop(detect, 8, seconds * 800),
        ]);
        const { throughput } = await closedLoop(detect, 8, seconds * 800);
        seen
          .get(niceness)!
          .push({ verifyAlone: alone.p99, verifyLoaded: loaded.p99, detections: throughput });
      }
  } finally {
    for (const server of servers.values()) await server.close();
  }
  return [...seen].map(([niceness, rows]) => ({
    niceness,
    isDefault: niceness === defaultNiceness,
    verifyAlone: quantile(
      rows.map(({ verifyAlone }) => verifyAlone),
      0.5,
    ),
    verifyLoaded: quantile(
      rows.map(({ verifyLoaded }) => verifyLoaded),
      0.5,
    ),
    detections: quantile(
      rows.map(({ detections }) => detections),
      0.5,
    ),
  }));
}
