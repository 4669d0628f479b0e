/** All that was measured: one member for each part. */
import type { ChangeRow } from "./changes.js";
import type { DetectReport } from "./detect.js";
import type { LoadReport } from "./load.js";
import type { Machine } from "./machine.js";
import type { MemoryReport } from "./memory.js";
import type { OverloadReport } from "./overload.js";
import type { PeersReport } from "./peers.js";
import type { ProfileReport } from "./profile.js";
import type { StartReport } from "./start.js";

export interface SpeedParts {
  readonly detect: DetectReport;
  readonly peers: PeersReport;
  readonly load: LoadReport;
  readonly overload: OverloadReport;
  readonly memory: MemoryReport;
  readonly start: StartReport;
  readonly profile: ProfileReport;
  readonly changes: readonly ChangeRow[];
}

export type PartName = keyof SpeedParts;

/** What a part measured, and on what. */
export interface Measured<Part> {
  readonly machine: Machine;
  readonly result: Part;
}

export type SpeedReport = { readonly [Name in PartName]?: Measured<SpeedParts[Name]> };
