/** Whether memory stays flat over many pictures of all sorts, and bounded when many large ones come at once. */
import { detectQuery, parameterSets } from "./parameter-sets.js";
import { photographs, scene } from "./pictures.js";
import { startProcess } from "./server-process.js";
import { slope } from "./statistics.js";

export interface MemoryReport {
  readonly detections: number;
  /** [detections so far, resident megabytes]. */
  readonly resident: readonly (readonly [number, number])[];
  /** Megabytes for each thousand detections over the second half, and the standard error of that. */
  readonly slope: number;
  readonly slopeError: number;
  /** Resident megabytes before, at most during, and a second after 64 pictures of 12 megapixels at once. */
  readonly large: {
    readonly before: number;
    readonly peak: number;
    readonly after: number;
    readonly answered: number;
  };
}

/** @param detections 20,000 is what is published; fewer show less. */
export async function measureMemory(detections = 20_000): Promise<MemoryReport> {
  const server = await startProcess({ MIEN_WORKERS: "2", MIEN_MAX_WAIT: "600000" });
  const path = `detect?${detectQuery(parameterSets["detection_03, recognition_03, landmarks"])}`;
  try {
    // Sizes and numbers of faces by turns, so that every shape of input comes again and again.
    const files = [
      ...(await Promise.all([0, 1, 5].map((faces) => scene("640x480", faces)))),
      (await photographs())[0]!,
      await scene("640x480", 20),
    ];
    const resident: [number, number][] = [];
    const every = Math.max(1, Math.floor(detections / 200));
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < detections) {
        const own = next++;
        await server.post(path, files[own % files.length]!);
        if (own % every === 0) resident.push([own, await server.resident()]);
        if (own % 1000 === 0) process.stderr.write(`  ${own} of ${detections}\n`);
      }
    };
    await Promise.all([lane(), lane()]);
    resident.sort(([a], [b]) => a - b);
    const settled = resident.filter(([at]) => at >= detections / 2);
    const { perUnit, error } = slope(settled);
    return {
      detections,
      resident,
      slope: perUnit * 1000,
      slopeError: error * 1000,
      large: await manyLarge(server, path),
    };
  } finally {
    await server.close();
  }
}

async function manyLarge(
  server: Awaited<ReturnType<typeof startProcess>>,
  path: string,
): Promise<MemoryReport["large"]> {
  const file = await scene("4000x3000", 5);
  const before = await server.resident();
  let peak = before;
  const watch = setInterval(() => {
    void server.resident().then((now) => (peak = Math.max(peak, now)));
  }, 20);
  const results = await Promise.all(
    Array.from({ length: 64 }, async () => {
      const response = await server.send(path, file);
      return response.status;
    }),
  );
  clearInterval(watch);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return {
    before,
    peak,
    after: await server.resident(),
    answered: results.filter((status) => status === 200).length,
  };
}
