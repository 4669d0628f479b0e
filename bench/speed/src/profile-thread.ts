/**
 * A thread that analyses pictures as a worker of the server does and tells where its time goes. Of its own, for a heap as small
 * as a worker's: beside a larger one, V8 takes the pixels that come and go for a reason to collect at every picture.
 */
import { Session } from "node:inspector/promises";
import { PerformanceObserver } from "node:perf_hooks";
import { parentPort, workerData } from "node:worker_threads";
import { DecoderProcess } from "@mien/vision/decoder-process";
import { analyzePicture } from "@mien/vision/pipeline";
import { type ModelInput, type Outputs, Sessions } from "@mien/vision/sessions";
import { parameterSets } from "./parameter-sets.js";
import { photographs, scene } from "./pictures.js";
import type { ProfileColumn, ProfileReport, ProfileStart } from "./profile.js";

/** One run at a time, each timed. */
class TimedSessions extends Sessions {
  readonly milliseconds = new Map<string, number>();
  #last: Promise<unknown> = Promise.resolve();

  override run(key: string, input: ModelInput, shape: readonly number[]): Promise<Outputs> {
    const own = this.#last.then(async () => {
      const start = performance.now();
      const outputs = await super.run(key, input, shape);
      this.milliseconds.set(key, (this.milliseconds.get(key) ?? 0) + performance.now() - start);
      return outputs;
    });
    this.#last = own;
    return own;
  }
}

/** Milliseconds that a thread spends in the compiled loops, by samples. */
async function inLoops(work: () => Promise<void>): Promise<number> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
  await work();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  let loops = 0;
  for (const [index, id] of (profile.samples ?? []).entries())
    if (frames.get(id)?.url.startsWith("wasm:") === true)
      loops += (profile.timeDeltas?.[index] ?? 0) / 1000;
  return loops;
}

/** Milliseconds for which the garbage collector stops a thread, by its own account. */
async function inGarbage(work: () => Promise<void>): Promise<number> {
  let garbage = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) garbage += duration;
  });
  observer.observe({ entryTypes: ["gc"] });
  await work();
  // What it did last is told a little later.
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  return garbage;
}

async function column(
  picture: string,
  files: readonly Buffer[],
  turns: number,
): Promise<ProfileColumn> {
  const request = parameterSets["detection_03, recognition_04, landmarks"];
  const sessions = new TimedSessions();
  const decoder = new DecoderProcess(60_000);
  let [faces, decoding] = [0, 0];
  const all = async (): Promise<void> => {
    for (const file of files) {
      const decode = (bytes: Uint8Array) => decoder.decode(bytes);
      const analysis = await analyzePicture(sessions, file, request, decode);
      faces += analysis.faces.length;
      decoding += analysis.timings["decode"]?.milliseconds ?? 0;
    }
  };
  for (let turn = 0; turn < 3; turn++) await all();
  sessions.milliseconds.clear();
  [faces, decoding] = [0, 0];
  const pictures = turns * files.length;
  const allTurns = async (): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await all();
  };
  let total = 0;
  const garbage =
    (await inGarbage(async () => {
      const start = performance.now();
      await allTurns();
      total = (performance.now() - start) / pictures;
    })) / pictures;
  const measured = { faces: faces / pictures, decoding: decoding / pictures };
  const networks = Object.fromEntries(
    [...sessions.milliseconds].map(([key, value]) => [key, value / pictures]),
  );
  // By themselves: taking samples makes garbage.
  const loops = (await inLoops(allTurns)) / pictures;
  await decoder.end();
  const known = Object.values(networks).reduce((sum, value) => sum + value, 0);
  return {
    picture,
    ...measured,
    total,
    networks,
    loops,
    garbage,
    rest: total - measured.decoding - known - loops - garbage,
  };
}

async function profile(turns: number): Promise<ProfileReport> {
  return {
    turns,
    parameters: "detection_03, recognition_04, landmarks",
    columns: [
      await column("six photographs", await photographs(), turns),
      await column("1920x1080, 5 faces", [await scene("1920x1080", 5)], turns * 4),
      await column("1920x1080, no face", [await scene("1920x1080", 0)], turns * 4),
      await column("640x480, 5 faces", [await scene("640x480", 5)], turns * 4),
    ],
  };
}

const { turns } = workerData as ProfileStart;
parentPort?.postMessage(await profile(turns));
