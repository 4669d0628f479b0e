/** Where the time of a picture goes on one thread: the profile of what is left. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

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

/** What the thread is told: how often it is to analyse each picture, at least. */
export interface ProfileStart {
  readonly turns: number;
}

export async function measureProfile(turns = 10): Promise<ProfileReport> {
  const workerData: ProfileStart = { turns };
  const thread = new Worker(new URL("./profile-thread.js", import.meta.url), { workerData });
  // An error of the thread rejects.
  const [report] = (await once(thread, "message")) as [ProfileReport];
  return report;
}
