/** Which face of a picture is meant. */
import { type Box, overlap, type ScoredBox } from "@mien/vision/boxes";

/** A rectangle that truth gives, as a box of something that is certainly there. */
export function boxOf({
  left,
  top,
  width,
  height,
}: {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}): ScoredBox {
  return { left, top, right: left + width, bottom: top + height, score: 1 };
}

/** The box whose middle is nearest the picture's: LFW's subjects are there. */
export function middlemost<Own extends Box>(
  boxes: readonly Own[],
  { width, height }: { readonly width: number; readonly height: number },
): Own | undefined {
  const distance = ({ left, right, top, bottom }: Box): number =>
    Math.hypot(left + right - width, top + bottom - height);
  return [...boxes].sort((a, b) => distance(a) - distance(b))[0];
}

/** The box that overlaps a known one most. @param least intersection over union from which it is the same face. */
export function sameFace<Own extends Box>(
  boxes: readonly Own[],
  known: Box,
  least: number,
): Own | undefined {
  return boxes
    .filter((box) => overlap(box, known) >= least)
    .sort((a, b) => overlap(b, known) - overlap(a, known))[0];
}
