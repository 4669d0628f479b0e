/** What is known of each face before the attributes are answered. */
import type { HeadPose } from "../analysis.js";
import type { ScoredBox } from "../boxes.js";
import { estimateHeadPoses } from "../head-pose.js";
import { sharedMeshes } from "../mesh-landmarks.js";
import type { RgbPicture } from "../rgb-picture.js";
import { serviceSquare } from "../service-square.js";
import type { Sessions } from "../sessions.js";
import { type HeadOutputs, runHeads } from "./network.js";
import { type RetiredOutputs, runRetiredHeads } from "./retired-heads.js";
import { type PixelStatistics, pixelStatistics } from "./pixel-statistics.js";

/** Only what the attributes asked for need is worked out; the rest is calm. */
export interface FaceEvidence {
  readonly headPose: HeadPose;
  readonly pixels: PixelStatistics;
  readonly heads: HeadOutputs;
  readonly retired: RetiredOutputs;
  /** Geometric mean of the box's sides, pixels of the working picture. */
  readonly faceSide: number;
}

/** The parts of the evidence that cost something. */
export type EvidenceName = "headPose" | "pixels" | "heads" | "retired";

/** One a face. */
export async function gatherEvidence(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
  landmarkSets: readonly Float32Array[],
  needed: ReadonlySet<EvidenceName>,
  askMeshes = sharedMeshes(sessions, picture, landmarkSets),
): Promise<FaceEvidence[]> {
  // All runs of networks are asked for before any is done, so that idle workers can take their share.
  const [poses, heads, retired] = await Promise.all([
    needed.has("headPose")
      ? estimateHeadPoses(sessions, picture, landmarkSets, askMeshes)
      : undefined,
    needed.has("heads") ? runHeads(sessions, picture, landmarkSets) : undefined,
    needed.has("retired") ? runRetiredHeads(sessions, picture, landmarkSets) : undefined,
  ]);
  return boxes.map((box, index) => ({
    headPose: poses?.[index] ?? { pitch: 0, roll: 0, yaw: 0 },
    pixels: needed.has("pixels")
      ? pixelStatistics(picture, box, serviceSquare(box, landmarkSets[index]!))
      : noStatistics,
    heads: heads?.[index] ?? noHeads,
    retired: retired?.[index] ?? noRetiredHeads,
    faceSide: Math.sqrt((box.right - box.left) * (box.bottom - box.top)),
  }));
}

/** Stand in for evidence that no attribute of the request reads. */
const noStatistics = { luma: [], blurEffect: 0, noiseDeviation: 0 };
const noHeads = {} as HeadOutputs;
const noRetiredHeads = {} as RetiredOutputs;
