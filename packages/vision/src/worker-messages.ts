/** What the pool and its workers say to each other. */
import type { AnalysisRequest, PictureAnalysis, PictureFault } from "./analysis.js";

export interface WorkerTask {
  readonly id: number;
  readonly file: Uint8Array;
  readonly request: AnalysisRequest;
}

export type WorkerAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly id: number; readonly analysis: PictureAnalysis }
  | { readonly kind: "refused"; readonly id: number; readonly fault: PictureFault }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };
