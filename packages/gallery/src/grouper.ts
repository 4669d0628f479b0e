import { Worker } from "node:worker_threads";
import type { Grouping } from "./grouping.js";
import type { GroupingTask } from "./grouping-worker.js";
import type { MatchCalibration } from "./matching.js";
import { packVectors } from "./packed-vectors.js";

/** Groups faces off the calling thread. */
export interface Grouper {
  group(embeddings: readonly Float32Array[], calibration: MatchCalibration): Promise<Grouping>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (grouping: Grouping) => void;
  readonly reject: (error: Error) => void;
}

/** One thread, started at once and again should it die. */
export function createGrouper(): Grouper {
  let worker: Worker | undefined;
  let next = 0;
  const waiting = new Map<number, Waiting>();
  const start = (): Worker => {
    // Flags of the program around us are for its own script: some end a thread that has another.
    const started = new Worker(new URL("./grouping-worker.js", import.meta.url), { execArgv: [] });
    started.on("message", ({ id, grouping }: { id: number; grouping: Grouping }) => {
      waiting.get(id)?.resolve(grouping);
      waiting.delete(id);
    });
    let failure = new Error("the grouping thread ended");
    started.on("error", (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    started.on("exit", () => {
      worker = undefined;
      for (const { reject } of waiting.values()) reject(failure);
      waiting.clear();
    });
    return started;
  };
  worker = start();
  return {
    group(embeddings, calibration) {
      worker ??= start();
      const vectors = packVectors(embeddings, calibration);
      const task: GroupingTask = { id: next++, vectors, calibration };
      return new Promise((resolve, reject) => {
        waiting.set(task.id, { resolve, reject });
        worker?.postMessage(task, [vectors.data.buffer]);
      });
    },
    async close() {
      await worker?.terminate();
    },
  };
}
