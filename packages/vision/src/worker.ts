/** A worker thread: one set of sessions and one decoder, one picture at a time; when idle, it computes for others. */
import { platform, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import {
  type AnalysisRequest,
  OverloadError,
  type PictureAnalysis,
  PictureError,
} from "./analysis.js";
import { DecoderLostError, DecoderProcess } from "./decoder-process.js";
import { type HelpedRun, HelpedSessions, HelperLostError } from "./helped-sessions.js";
import { messageOf } from "./message-of.js";
import { analyzePicture } from "./pipeline.js";
import { WorkerLeases } from "./worker-leases.js";
import {
  buffersOf,
  buffersOfOutputs,
  type WorkerAnswer,
  type WorkerStart,
  type WorkerTask,
} from "./worker-messages.js";

const port = parentPort;
if (port === null) throw new Error("worker.js is run as a worker thread");

const say = (answer: WorkerAnswer, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(answer, transfer);

const { leases, decodeLimit, niceness } = workerData as WorkerStart;
// On Linux a thread has a niceness of its own, which its decoder inherits; elsewhere it is the whole process's.
try {
  if (platform() === "linux") setPriority(niceness);
} catch {
  // A sandbox may forbid it: then all threads are equal.
}

// Starts while the models are opened.
const decoder = new DecoderProcess(decodeLimit);
const sessions = new HelpedSessions(WorkerLeases.of(leases), (worker, loan, runs) =>
  say({ kind: "lend", worker, loan, runs }, buffersOf(runs)),
);
// The models that nearly every request needs; the others open at their first use.
await sessions.open(["ultra", "pnet", "rnet", "onet", "landmark68", "fr"]);
await decoder.ready();

async function analysisOf(file: Uint8Array, request: AnalysisRequest): Promise<PictureAnalysis> {
  const attempt = (): Promise<PictureAnalysis> =>
    analyzePicture(sessions, file, request, (bytes) => decoder.decode(bytes));
  try {
    return await attempt();
  } catch (error) {
    // The picture that another worker failed on is not this one.
    if (error instanceof HelperLostError) return attempt();
    throw error;
  }
}

async function analyze({ file, request }: WorkerTask & { kind: "analyze" }): Promise<void> {
  try {
    const analysis = await analysisOf(file, request);
    say(
      { kind: "done", analysis },
      analysis.faces.flatMap(({ embedding }) =>
        embedding === undefined ? [] : [embedding.buffer as ArrayBuffer],
      ),
    );
  } catch (error) {
    if (error instanceof PictureError)
      say({
        kind: "refused",
        fault: error.fault,
        decoderLost: error.cause instanceof DecoderLostError,
      });
    else if (error instanceof OverloadError)
      say({ kind: "overloaded", retryAfterSeconds: error.retryAfterSeconds });
    else say({ kind: "failed", message: messageOf(error) });
  } finally {
    // An idle thread may not collect it for days.
    file.fill(0);
  }
}

async function help({ lender, loan, runs }: WorkerTask & { kind: "help" }): Promise<void> {
  try {
    const helped: HelpedRun[] = [];
    for (const run of runs) {
      const own = await sessions.runHere(run);
      helped.push({
        // Only the values travel.
        outputs: Object.fromEntries(
          Object.entries(own).map(([name, { data }]) => [name, { data }]),
        ),
        pace: sessions.paceOf(run.key),
      });
    }
    say({ kind: "helped", lender, loan, helped }, buffersOfOutputs(helped));
  } catch (error) {
    say({ kind: "notHelped", lender, loan, message: messageOf(error) });
  }
}

port.on("message", (task: WorkerTask) => {
  switch (task.kind) {
    case "analyze":
      return void analyze(task);
    case "help":
      return void help(task);
    case "returned":
      return sessions.returned(task.loan, task.helped);
    case "notReturned":
      return sessions.failed(task.loan, new HelperLostError(task.message));
    case "end":
      return void decoder.end().then(() => process.exit());
  }
});
say({ kind: "ready" });
