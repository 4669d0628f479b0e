/** Grouping on a thread of its own: a thousand faces take longer than a server's main thread may stand still. */
import { parentPort } from "node:worker_threads";
import { groupPacked } from "./grouping.js";
import type { MatchCalibration } from "./matching.js";
import { type PackedVectors, packVectors } from "./packed-vectors.js";

/** A request to the grouping thread; its answer carries the same `id`. */
export interface GroupingTask {
  readonly id: number;
  readonly vectors: PackedVectors;
  readonly calibration: MatchCalibration;
}

parentPort?.on("message", ({ id, vectors, calibration }: GroupingTask) => {
  parentPort?.postMessage({ id, grouping: groupPacked(vectors, calibration) });
});

// The engine compiles the loop well only after it has run for a while: better now than in the first request.
const warmUp: MatchCalibration = {
  parts: [{ length: 256, weight: 1 }],
  bias: -1,
  falseAcceptLogits: [
    { rate: 0.1, logit: 0 },
    { rate: 0.01, logit: 1 },
  ],
};
const faces = Array.from({ length: 256 }, (_, index) => new Float32Array(256).fill(index % 7));
for (let turn = 0; turn < 4; turn++) groupPacked(packVectors(faces, warmUp), warmUp);
