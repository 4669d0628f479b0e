/** All that was measured: one member for each part. */
import type { DetectReport } from "./detect.js";

export interface SpeedReport {
  readonly detect: DetectReport;
}
