/** What `bench/results/accuracy.json` holds. */
import type { CalibrationReport } from "./calibration.js";
import type { GeometryReport } from "./face-geometry.js";
import type { GroupingReport } from "./grouping.js";
import type { HardPicturesReport } from "./hard-pictures.js";
import type { LfwReport } from "./lfw.js";
import type { MaskedReport } from "./masked-faces.js";
import type { MaskedStrangersReport } from "./masked-strangers.js";
import type { PhotographStrangersReport } from "./photograph-strangers.js";
import type { StrangersOfAKind } from "./strangers-by-kind.js";
import type { WiderReport } from "./wider.js";
import type { SteadyLandmarks } from "./steady-landmarks.js";

export interface AccuracyReport {
  readonly wider: readonly WiderReport[];
  readonly hardPictures: readonly HardPicturesReport[];
  readonly geometry: GeometryReport;
  readonly steadyLandmarks: readonly SteadyLandmarks[];
  readonly recognition: readonly CalibrationReport[];
  readonly grouping: readonly GroupingReport[];
  readonly masked: readonly MaskedReport[];
  readonly maskedStrangers: readonly MaskedStrangersReport[];
  readonly photographStrangers: readonly PhotographStrangersReport[];
  readonly strangersByKind: readonly StrangersOfAKind[];
  readonly lfw: LfwReport;
}
