/** The attribute network as a witness: a mask hides most of what the mesh and O-Net know a face by. */
import { runHeads } from "./attributes/network.js";
import type { ScoredBox } from "./boxes.js";
import { uprightLandmarks } from "./locate-landmarks.js";
import { logitOf, probabilityOf } from "./log-odds.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";

/**
 * How much the detectors' own score counts beside it, and the sum of both logits from which a masked face is there. Of 99
 * photographs of masks in which nothing was found 65 now are; of 305 faceless parts of WIDER's training half, one is
 * taken for a masked face: a head behind a shoulder.
 */
const detectorsCount = 0.5;
const leastEvidence = 2.6;

/**
 * For each box, how sure it is that a masked face is there; 0 if it is not sure enough. The network learned from faces
 * only and may say anything of what is none: it is asked where detectors saw something that fills the picture.
 */
export async function seenMasks(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
): Promise<number[]> {
  if (boxes.length === 0) return [];
  const landmarks = await uprightLandmarks(sessions, picture, boxes);
  const heads = await runHeads(sessions, picture, landmarks);
  return heads.map(({ mask }, index) => {
    const evidence = logit(mask[1]!) + detectorsCount * logit(boxes[index]!.score);
    return evidence >= leastEvidence ? probabilityOf(evidence) : 0;
  });
}

/** Finite for shares of 0 and 1 too. */
function logit(share: number): number {
  return logitOf(Math.min(1 - 1e-6, Math.max(1e-6, share)));
}
