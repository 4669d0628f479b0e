/** What the pool and its workers say to each other. */
import type { AnalysisRequest, PictureAnalysis, PictureFault } from "./analysis.js";
import type { HelpedRun, NetworkRun } from "./helped-sessions.js";

/** What a worker knows from its start. */
export interface WorkerStart {
  /** Who is idle: see `worker-leases.ts`. */
  readonly leases: SharedArrayBuffer;
  /** Milliseconds that a picture may be in the decoder. */
  readonly decodeLimit: number;
  /** Of this thread and its decoder, 0 to 19, on Linux: calls without a picture do not wait behind those with one. */
  readonly niceness: number;
}

/** Runs that one worker lends to another; `loan` is the lender's own number for them. */
export interface Loan {
  readonly lender: number;
  readonly loan: number;
}

/** What a worker is told. */
export type WorkerTask =
  | {
      readonly kind: "analyze";
      readonly file: Uint8Array;
      readonly request: AnalysisRequest;
    }
  | ({ readonly kind: "help"; readonly runs: readonly NetworkRun[] } & Loan)
  | { readonly kind: "returned"; readonly loan: number; readonly helped: readonly HelpedRun[] }
  | { readonly kind: "notReturned"; readonly loan: number; readonly message: string }
  /** Ends the decoder, then the thread: what a thread that is terminated has started stays behind. */
  | { readonly kind: "end" };

/** What a worker tells. */
export type WorkerAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly analysis: PictureAnalysis }
  | {
      readonly kind: "refused";
      readonly fault: PictureFault;
      /** Whether the picture was its decoder's end. */
      readonly decoderLost: boolean;
    }
  /** The machine left its decoder, which was ended, too little time for the picture. */
  | { readonly kind: "overloaded"; readonly retryAfterSeconds: number }
  | { readonly kind: "failed"; readonly message: string }
  /** Please hand these runs to that worker, which the sender has claimed. */
  | {
      readonly kind: "lend";
      readonly worker: number;
      readonly loan: number;
      readonly runs: readonly NetworkRun[];
    }
  /** The runs of a loan are done, and this worker is free again. */
  | ({ readonly kind: "helped"; readonly helped: readonly HelpedRun[] } & Loan)
  | ({ readonly kind: "notHelped"; readonly message: string } & Loan);

/** The buffers of runs, which change hands without a copy. */
export function buffersOf(runs: readonly NetworkRun[]): ArrayBuffer[] {
  return [...new Set(runs.map(({ input }) => input.buffer as ArrayBuffer))];
}

/** The buffers of what runs computed. */
export function buffersOfOutputs(helped: readonly HelpedRun[]): ArrayBuffer[] {
  const values = helped.flatMap(({ outputs }) => Object.values(outputs).map(({ data }) => data));
  return [
    ...new Set(values.flatMap((data) => (ArrayBuffer.isView(data) ? [data.buffer] : []))),
  ].filter((buffer) => buffer instanceof ArrayBuffer);
}
