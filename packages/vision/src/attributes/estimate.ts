/** Attributes of the faces of one picture. */
import type { AttributeName, FaceAttributes } from "../analysis.js";
import type { ScoredBox } from "../boxes.js";
import { estimateHeadPoses } from "../head-pose.js";
import type { RgbPicture } from "../rgb-picture.js";
import { serviceSquare } from "../service-square.js";
import type { Sessions } from "../sessions.js";
import { type HeadOutputs, runHeads } from "./heads.js";
import { pixelStatistics } from "./pixel-statistics.js";
import { attributeTable, type EvidenceName, type FaceEvidence } from "./registry.js";

/** One object a face with one member for each name asked for. */
export async function estimateAttributes(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
  landmarkSets: readonly Float32Array[],
  names: readonly AttributeName[],
): Promise<FaceAttributes[]> {
  const needed = new Set<EvidenceName>(names.flatMap((name) => attributeTable[name].needs));
  const poses = needed.has("headPose")
    ? await estimateHeadPoses(sessions, picture, landmarkSets)
    : undefined;
  const heads = needed.has("heads") ? await runHeads(sessions, picture, landmarkSets) : undefined;
  return boxes.map((box, index) => {
    const evidence: FaceEvidence = {
      headPose: poses?.[index] ?? { pitch: 0, roll: 0, yaw: 0 },
      pixels: needed.has("pixels")
        ? pixelStatistics(picture, box, serviceSquare(box, landmarkSets[index]!))
        : noStatistics,
      heads: heads?.[index] ?? noHeads,
      faceSide: Math.sqrt((box.right - box.left) * (box.bottom - box.top)),
      detectionScore: box.score,
    };
    return Object.fromEntries(names.map((name) => [name, attributeTable[name].estimate(evidence)]));
  });
}

/** Stand in for evidence that no attribute of the request reads. */
const noStatistics = { luma: [], blurEffect: 0, noiseDeviation: 0 };
const noHeads = {} as HeadOutputs;
