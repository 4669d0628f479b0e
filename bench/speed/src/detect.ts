/** Latency of one request at a time, by size of picture, faces and parameters, beside its floor. */
import { compare } from "./rounds.js";
import { floorOf } from "./floor.js";
import { detectQuery, type ParameterSet, parameterSets } from "./parameter-sets.js";
import { faceCounts, photographs, scene, sceneSizes, type SceneSize } from "./pictures.js";
import { type Served, serve } from "./served.js";

export interface DetectRow {
  readonly picture: string;
  readonly parameters: string;
  readonly facesFound: number;
  /** Milliseconds on one thread: the decoder and the bare networks. */
  readonly floor: number;
  /** Milliseconds of a whole request over HTTP to a server with one worker. */
  readonly oneWorker: number;
  /** The same with default settings: idle workers help. */
  readonly allWorkers: number;
  /** Medians of the rounds' ratios to the floor. */
  readonly oneWorkerToFloor: number;
  readonly allWorkersToFloor: number;
}

export interface DetectReport {
  readonly rounds: number;
  readonly rows: readonly DetectRow[];
}

interface Servers {
  readonly one: Served;
  readonly all: Served;
}

async function measure(
  { one, all }: Servers,
  picture: string,
  file: Buffer,
  parameters: ParameterSet,
  rounds: number,
): Promise<DetectRow> {
  const request = parameterSets[parameters];
  const path = `detect?${detectQuery(request)}`;
  const floor = await floorOf(file, request);
  const { timings, ratios } = await compare(
    {
      floor: () => floor.run(),
      one: () => one.post(path, file),
      all: () => all.post(path, file),
    },
    "floor",
    rounds,
  );
  const row = {
    picture,
    parameters,
    facesFound: floor.faces,
    floor: timings["floor"]!.median,
    oneWorker: timings["one"]!.median,
    allWorkers: timings["all"]!.median,
    oneWorkerToFloor: ratios["one"]!,
    allWorkersToFloor: ratios["all"]!,
  };
  process.stderr.write(
    `  ${picture}, ${parameters}: floor ${row.floor.toFixed(0)} ms, ` +
      `one worker ${row.oneWorkerToFloor.toFixed(2)}, all ${row.allWorkersToFloor.toFixed(2)}\n`,
  );
  return row;
}

/** @param only names of scenes such as "1920x1080, 5 faces" or "photographs"; none: all. */
export async function measureDetect(
  only: readonly string[] = [],
  rounds = 7,
): Promise<DetectReport> {
  const wanted = (name: string): boolean => only.length === 0 || only.includes(name);
  const servers: Servers = { one: await serve({ MIEN_WORKERS: "1" }), all: await serve() };
  const sets = Object.keys(parameterSets) as ParameterSet[];
  const rows: DetectRow[] = [];
  try {
    if (wanted("photographs"))
      for (const [index, file] of (await photographs()).entries())
        rows.push(await measure(servers, `photograph ${index + 1}`, file, sets[1]!, rounds));
    for (const size of Object.keys(sceneSizes) as SceneSize[])
      for (const faces of faceCounts) {
        const name = `${size}, ${faces} ${faces === 1 ? "face" : "faces"}`;
        if (!wanted(name)) continue;
        const file = await scene(size, faces);
        for (const set of sets) rows.push(await measure(servers, name, file, set, rounds));
      }
  } finally {
    await servers.one.close();
    await servers.all.close();
  }
  return { rounds, rows };
}
