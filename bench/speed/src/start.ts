/** Cold start and resident memory of a server, by number of workers. */
import { detectQuery, parameterSets } from "./parameter-sets.js";
import { photographs } from "./pictures.js";
import { startProcess } from "./server-process.js";
import { quantile } from "./statistics.js";

export interface StartRow {
  readonly workers: number;
  /** Milliseconds, medians. */
  readonly listening: number;
  readonly ready: number;
  readonly firstPicture: number;
  readonly secondPicture: number;
  /** Resident megabytes: before any picture, and after each worker has seen every network. */
  readonly idle: number;
  readonly used: number;
}

export interface StartReport {
  readonly starts: number;
  readonly rows: readonly StartRow[];
  /** Megabytes that one more worker adds, used. */
  readonly eachWorker: number;
}

async function once(workers: number): Promise<Omit<StartRow, "workers">> {
  const server = await startProcess({ MIEN_WORKERS: String(workers) });
  try {
    const idle = await server.resident();
    const [file] = await photographs();
    const query = detectQuery(
      parameterSets["detection_01, recognition_04, landmarks, 8 attributes"],
    );
    const timed = async (): Promise<number> => {
      const start = performance.now();
      await server.post(`detect?${query}`, file!);
      return performance.now() - start;
    };
    const firstPicture = await timed();
    const secondPicture = await timed();
    for (let turn = 0; turn < 3; turn++)
      await Promise.all(Array.from({ length: workers }, () => timed()));
    return {
      listening: server.listening,
      ready: server.ready,
      firstPicture,
      secondPicture,
      idle,
      used: await server.resident(),
    };
  } finally {
    await server.close();
  }
}

export async function measureStart(starts = 3): Promise<StartReport> {
  const counts = [1, 2];
  const measured = new Map(counts.map((workers) => [workers, [] as Omit<StartRow, "workers">[]]));
  for (let turn = 0; turn < starts; turn++)
    for (const workers of counts) measured.get(workers)!.push(await once(workers));
  const rows = counts.map((workers): StartRow => {
    const middle = (name: keyof Omit<StartRow, "workers">): number =>
      quantile(
        measured.get(workers)!.map((row) => row[name]),
        0.5,
      );
    return {
      workers,
      listening: middle("listening"),
      ready: middle("ready"),
      firstPicture: middle("firstPicture"),
      secondPicture: middle("secondPicture"),
      idle: middle("idle"),
      used: middle("used"),
    };
  });
  return { starts, rows, eachWorker: rows[1]!.used - rows[0]!.used };
}
