/** One face of a picture as the pipeline sees it. */
import { type HeadOutputs, runHeads } from "@mien/vision/attributes/network";
import { type PixelStatistics, pixelStatistics } from "@mien/vision/attributes/pixel-statistics";
import { type RetiredOutputs, runRetiredHeads } from "@mien/vision/attributes/retired-heads";
import type { Box } from "@mien/vision/boxes";
import { detectFaces } from "@mien/vision/detector";
import { locateLandmarks } from "@mien/vision/locate-landmarks";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import { serviceSquare } from "@mien/vision/service-square";
import type { Sessions } from "@mien/vision/sessions";
import { sameFace } from "./subject.js";

export interface Seen {
  readonly landmarks: Float32Array;
  readonly heads: HeadOutputs;
  readonly pixels: PixelStatistics;
}

/** With what only a request for retired attributes pays for. */
export interface SeenWithRetired extends Seen {
  readonly retired: RetiredOutputs;
}

export async function withRetired(
  sessions: Sessions,
  picture: RgbPicture,
  seen: Seen,
): Promise<SeenWithRetired> {
  const [retired] = await runRetiredHeads(sessions, picture, [seen.landmarks]);
  return { ...seen, retired: retired! };
}

/** The face that overlaps `near` most, or the one nearest the middle. */
export async function look(
  sessions: Sessions,
  picture: RgbPicture,
  near?: Box,
): Promise<Seen | undefined> {
  const boxes = await detectFaces(sessions, picture, "detection_03");
  const best =
    near === undefined
      ? boxes.sort((a, b) => fromMiddle(picture, a) - fromMiddle(picture, b))[0]
      : sameFace(boxes, near, 0.2);
  if (best === undefined) return undefined;
  const [landmarks] = (await locateLandmarks(sessions, picture, [best])) as [Float32Array];
  const [heads] = (await runHeads(sessions, picture, [landmarks])) as [HeadOutputs];
  return {
    landmarks,
    heads,
    pixels: pixelStatistics(picture, best, serviceSquare(best, landmarks)),
  };
}

/** Distance from the picture's middle in widths of the box: the subject is the nearest. */
function fromMiddle(picture: RgbPicture, { left, top, right, bottom }: Box): number {
  const [x, y] = [(left + right - picture.width) / 2, (top + bottom - picture.height) / 2];
  return Math.hypot(x, y) / (right - left);
}
