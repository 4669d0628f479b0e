/** Grouping on a thread of its own: a thousand faces take longer than a server's main thread may stand still. */
import { parentPort } from "node:worker_threads";
import { groupFaces } from "./grouping.js";
import type { MatchCalibration } from "./matching.js";

export interface GroupingTask {
  readonly id: number;
  readonly embeddings: readonly Float32Array[];
  readonly calibration: MatchCalibration;
}

parentPort?.on("message", ({ id, embeddings, calibration }: GroupingTask) => {
  parentPort?.postMessage({ id, grouping: groupFaces(embeddings, calibration) });
});
