/** Kills writers at random moments and asks afterwards for every face that was answered. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { openLmdbIn } from "./faces.js";

export interface KillReport {
  readonly kills: number;
  /** Times that every process was killed at once. */
  readonly massacres: number;
  /** Times that one of those killed had not yet opened the store. */
  readonly early: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly wrong: number;
  /** Writers that ended by themselves: a start that failed, a crash. */
  readonly failures: readonly string[];
  /** Faces of the store that do not open, or whose index does not fit. */
  readonly damaged: number;
  readonly seconds: number;
}

interface Writer {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  ready: boolean;
}

const script = join(import.meta.dirname, "processes", "writer.js");
const tenants = ["one", "two"];

/** @param processes writers at work at the same time on one directory. */
export async function killAtRandom(
  folder: string,
  { kills, processes }: { kills: number; processes: number },
): Promise<KillReport> {
  const started = Date.now();
  const acknowledged = new Map<string, { tenant: string; value: number }>();
  const failures: string[] = [];
  let wrong = 0;
  let massacres = 0;
  let early = 0;

  const start = (index: number): Writer => {
    const tenant = tenants[index % tenants.length]!;
    const child = spawn(process.execPath, [script, folder, tenant], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [rest, complaint] = ["", ""];
    const writer: Writer = {
      child,
      ready: false,
      ended: new Promise((resolve) =>
        child.once("close", (_code, signal) => {
          if (signal !== "SIGKILL") failures.push(complaint);
          resolve();
        }),
      ),
    };
    child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
    child.stdout.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      // The last is whole only when its line was ended: a kill may cut a promise off, which then was none.
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const [word, faceId = "", value] = line.split(" ");
        if (word === "ready") writer.ready = true;
        else if (word === "put") acknowledged.set(faceId, { tenant, value: Number(value) });
        else wrong++;
      }
    });
    return writer;
  };

  const writers = Array.from({ length: processes }, (_, index) => start(index));
  const alive = async (index: number): Promise<void> => {
    while (!writers[index]!.ready && failures.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 2));
  };
  let done = 0;
  while (done < kills && failures.length === 0) {
    // One at a time mostly; every tenth time all of them at once, as a machine that loses power has it.
    const all = Math.random() < 0.1;
    const victims = all ? writers.map((_, index) => index) : [done % processes];
    // Mostly at work; some are killed while they start, when locks are made and databases opened.
    const starting = Math.random() < 0.15;
    if (!starting) await Promise.all(victims.map(alive));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * (starting ? 300 : 30)));
    if (victims.some((index) => !writers[index]!.ready)) early++;
    for (const index of victims) writers[index]!.child.kill("SIGKILL");
    await Promise.all(victims.map((index) => writers[index]!.ended));
    for (const index of victims) writers[index] = start(index);
    const told = Math.floor(done / 500);
    done += victims.length;
    if (all) massacres++;
    // A long run says that it is under way.
    if (Math.floor(done / 500) > told)
      process.stderr.write(`${done} kills, ${acknowledged.size} answered\n`);
  }
  for (const { child } of writers) child.kill("SIGKILL");
  await Promise.all(writers.map(({ ended }) => ended));
  done += writers.length;

  const store = openLmdbIn(folder);
  let lost = 0;
  for (const tenant of tenants) {
    const own = [...acknowledged].filter(([, face]) => face.tenant === tenant);
    const found = await store.get(
      tenant,
      own.map(([faceId]) => faceId),
    );
    found.forEach((face, index) => {
      const [faceId, { value }] = own[index]!;
      if (face === undefined) lost++;
      else if (face.faceId !== faceId || Math.abs(face.embedding[0]! - value) > 0.001) wrong++;
    });
  }
  const { damaged } = await store.examine();
  await store.close();
  return {
    kills: done,
    massacres,
    early,
    acknowledged: acknowledged.size,
    lost,
    wrong,
    failures,
    damaged,
    seconds: (Date.now() - started) / 1000,
  };
}
