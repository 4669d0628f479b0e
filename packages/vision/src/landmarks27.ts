/** The 27 landmarks of the contract out of the 68 of iBUG. */
import type { Point } from "./analysis.js";
import { meanPoint } from "./landmarks68.js";

/** Moves from `from` towards `to`. */
function between(from: Point, to: Point, share: number): Point {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

/**
 * Points that the 68 have are taken over; the others are placed by anatomy:
 * - a pupil at the mean of its eye's six contour points;
 * - a side of the nasal root between the bridge's top (27) and the inner eye corner (39, 42);
 * - the top of a nostril wing above its base (31, 35), on the way to the bridge at the height of 29;
 * - the outermost point of a wing outside the nostril's base point, from the nose's middle (33).
 */
export function landmarks27(landmarks68: Float32Array): Record<string, Point> {
  const p = (...indices: number[]): Point => meanPoint(landmarks68, indices);
  return {
    pupilLeft: p(36, 37, 38, 39, 40, 41),
    pupilRight: p(42, 43, 44, 45, 46, 47),
    noseTip: p(30),
    mouthLeft: p(48),
    mouthRight: p(54),
    eyebrowLeftOuter: p(17),
    eyebrowLeftInner: p(21),
    eyeLeftOuter: p(36),
    eyeLeftTop: p(37, 38),
    eyeLeftBottom: p(40, 41),
    eyeLeftInner: p(39),
    eyebrowRightInner: p(22),
    eyebrowRightOuter: p(26),
    eyeRightInner: p(42),
    eyeRightTop: p(43, 44),
    eyeRightBottom: p(46, 47),
    eyeRightOuter: p(45),
    noseRootLeft: between(p(27), p(39), 0.5),
    noseRootRight: between(p(27), p(42), 0.5),
    noseLeftAlarTop: between(p(31), p(29), 0.4),
    noseRightAlarTop: between(p(35), p(29), 0.4),
    noseLeftAlarOutTip: between(p(33), p(31), 1.25),
    noseRightAlarOutTip: between(p(33), p(35), 1.25),
    upperLipTop: p(51),
    upperLipBottom: p(62),
    underLipTop: p(66),
    underLipBottom: p(57),
  };
}
