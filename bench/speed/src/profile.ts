/** Where the time of a picture goes on one thread: the profile of what is left. */
import { Session } from "node:inspector/promises";
import { decodePicture } from "@mien/vision/decode";
import { analyzePicture } from "@mien/vision/pipeline";
import { type ModelInput, type Outputs, Sessions } from "@mien/vision/sessions";
import { parameterSets } from "./parameter-sets.js";
import { photographs, scene } from "./pictures.js";

export interface ProfileColumn {
  readonly picture: string;
  readonly faces: number;
  /** Milliseconds a picture. */
  readonly total: number;
  readonly decoding: number;
  /** By network. */
  readonly networks: Readonly<Record<string, number>>;
  /** The compiled loops: crops, sizes of the picture, inputs. */
  readonly loops: number;
  readonly garbage: number;
  /** What is none of these: JavaScript, calls between rooms. */
  readonly rest: number;
}

export interface ProfileReport {
  readonly turns: number;
  readonly parameters: string;
  readonly columns: readonly ProfileColumn[];
}

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

/** Milliseconds of a thread in the compiled loops and in the garbage collector, by samples. */
async function sampled(work: () => Promise<void>): Promise<{ loops: number; garbage: number }> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
  await work();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  let [loops, garbage] = [0, 0];
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const milliseconds = (profile.timeDeltas?.[index] ?? 0) / 1000;
    const frame = frames.get(id);
    if (frame?.url.startsWith("wasm:") === true) loops += milliseconds;
    else if (frame?.functionName === "(garbage collector)") garbage += milliseconds;
  }
  return { loops, garbage };
}

async function column(
  picture: string,
  files: readonly Buffer[],
  turns: number,
): Promise<ProfileColumn> {
  const request = parameterSets["detection_03, recognition_04, landmarks"];
  const sessions = new TimedSessions();
  let faces = 0;
  const all = async (): Promise<void> => {
    for (const file of files)
      faces += (await analyzePicture(sessions, file, request, decodePicture)).faces.length;
  };
  for (let turn = 0; turn < 3; turn++) await all();
  sessions.milliseconds.clear();
  faces = 0;
  const start = performance.now();
  const spent = await sampled(async () => {
    for (let turn = 0; turn < turns; turn++) await all();
  });
  const pictures = turns * files.length;
  const total = (performance.now() - start) / pictures;
  const begun = performance.now();
  for (let turn = 0; turn < turns; turn++) for (const file of files) await decodePicture(file);
  const decoding = (performance.now() - begun) / pictures;
  const networks = Object.fromEntries(
    [...sessions.milliseconds].map(([key, value]) => [key, value / pictures]),
  );
  const loops = spent.loops / pictures;
  const garbage = spent.garbage / pictures;
  const known = Object.values(networks).reduce((sum, value) => sum + value, 0);
  return {
    picture,
    faces: faces / pictures,
    total,
    decoding,
    networks,
    loops,
    garbage,
    rest: total - decoding - known - loops - garbage,
  };
}

export async function measureProfile(turns = 10): Promise<ProfileReport> {
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
