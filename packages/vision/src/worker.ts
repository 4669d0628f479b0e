/** A worker thread: one set of sessions, one picture at a time. */
import { parentPort } from "node:worker_threads";
import { PictureError } from "./analysis.js";
import { analyzePicture } from "./pipeline.js";
import { Sessions } from "./sessions.js";
import type { WorkerAnswer, WorkerTask } from "./worker-messages.js";

const port = parentPort;
if (port === null) throw new Error("worker.js is run as a worker thread");

const sessions = new Sessions();
// The models that nearly every request needs; the others open at their first use.
await sessions.open(["ultra", "landmark68", "fr"]);

async function work({ id, file, request }: WorkerTask): Promise<WorkerAnswer> {
  try {
    return { kind: "done", id, analysis: await analyzePicture(sessions, file, request) };
  } catch (error) {
    if (error instanceof PictureError) return { kind: "refused", id, fault: error.fault };
    return { kind: "failed", id, message: error instanceof Error ? error.message : String(error) };
  }
}

port.on("message", (task: WorkerTask) => {
  void work(task).then((answer) => {
    const transfer =
      answer.kind === "done"
        ? answer.analysis.faces.flatMap(({ embedding }) =>
            embedding === undefined ? [] : [embedding.buffer as ArrayBuffer],
          )
        : [];
    port.postMessage(answer, transfer);
  });
});
port.postMessage({ kind: "ready" } satisfies WorkerAnswer);
