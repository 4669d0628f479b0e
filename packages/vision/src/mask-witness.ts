/** The attribute network and the mesh as witnesses: a mask hides most of what O-Net knows a face by. */
import { runHeads } from "./attributes/network.js";
import type { ScoredBox } from "./boxes.js";
import { uprightLandmarks } from "./landmark-passes.js";
import { logitOf, probabilityOf } from "./log-odds.js";
import { meshRegion, predictMeshes } from "./mesh-landmarks.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";

/** What speaks for a masked face in a box, each in logits. */
export interface MaskClues {
  /** The detectors' own score. */
  readonly detector: number;
  /** How sure the attribute network is of a mask. It learned from faces only and may say anything of what is none. */
  readonly mask: number;
  /** How sure the mesh is of a face; of masked ones seldom, of others hardly ever. */
  readonly mesh: number;
}

/**
 * Logistic regression, and the evidence from which a masked face is there, fitted on training halves only
 * (`training/detection/masked.js`). Of 65 of their photographs of masks in which no plain face is found, 45 show one then, judged
 * by what was fitted on the other half of them, and one of 988 faceless parts of WIDER's photographs; of those that were not
 * fitted to, 7 of 15 and none of 180.
 */
const weights = { bias: 1.7, detector: 0.41, mask: 0.69, mesh: 0.53 };
const leastEvidence = 1.2;

/**
 * For each box, how sure it is that a masked face is there; 0 if it is not sure enough. To be asked where detectors saw
 * something that fills the picture.
 */
export async function seenMasks(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
): Promise<number[]> {
  return (await maskClues(sessions, picture, boxes)).map(({ detector, mask, mesh }) => {
    const evidence =
      weights.bias + weights.detector * detector + weights.mask * mask + weights.mesh * mesh;
    return evidence >= leastEvidence ? probabilityOf(evidence) : 0;
  });
}

/** Exported for `training`. */
export async function maskClues(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
): Promise<MaskClues[]> {
  if (boxes.length === 0) return [];
  const landmarks = await uprightLandmarks(sessions, picture, boxes);
  const [heads, meshes] = await Promise.all([
    runHeads(sessions, picture, landmarks),
    predictMeshes(sessions, picture, landmarks.map(meshRegion)),
  ]);
  return boxes.map(({ score }, index) => ({
    detector: finiteLogit(score),
    mask: finiteLogit(heads[index]!.mask[1]!),
    mesh: meshes[index]!.presence,
  }));
}

/** Finite for shares of 0 and 1 too. */
function finiteLogit(share: number): number {
  return logitOf(Math.min(1 - 1e-6, Math.max(1e-6, share)));
}
