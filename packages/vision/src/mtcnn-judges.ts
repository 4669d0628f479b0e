/** The second and third networks of MTCNN, R-Net and O-Net, as judges of boxes that others propose. */
import type { ScoredBox } from "./boxes.js";
import { boundedLogitOf, probabilityOf } from "./log-odds.js";
import type { RgbPicture } from "./rgb-picture.js";
import { batches, floats, type Sessions } from "./sessions.js";
import { planarRgb, warpRgb } from "./warp.js";

/** Input side of each judge, pixels. */
const inputSides = { rnet: 24, onet: 48 } as const;

/** What a judge makes of a box: its own box and the probability, 0..1, that it holds a face. */
export interface JudgedBox extends ScoredBox {
  /** What O-Net saw before it made up its mind, 256 numbers; R-Net does not say. */
  readonly features?: Float32Array;
}

/** What a judge makes of each box. */
export async function judgeBoxes(
  sessions: Sessions,
  picture: RgbPicture,
  judge: keyof typeof inputSides,
  boxes: readonly ScoredBox[],
): Promise<JudgedBox[]> {
  const parts = await Promise.all(
    batches(boxes.length, sessions.lanes).map(([first, size]) =>
      judgeBatch(sessions, picture, judge, boxes.slice(first, first + size)),
    ),
  );
  return parts.flat();
}

/** What two looks at one face say together: the means of their boxes, their log odds and their features. */
export function meanOfLooks(one: JudgedBox, other: JudgedBox): JudgedBox {
  const features = one.features?.slice();
  if (features !== undefined && other.features !== undefined)
    for (let at = 0; at < features.length; at++)
      features[at] = (features[at]! + other.features[at]!) / 2;
  return {
    left: (one.left + other.left) / 2,
    top: (one.top + other.top) / 2,
    right: (one.right + other.right) / 2,
    bottom: (one.bottom + other.bottom) / 2,
    score: probabilityOf((boundedLogitOf(one.score) + boundedLogitOf(other.score)) / 2),
    ...(features && { features }),
  };
}

async function judgeBatch(
  sessions: Sessions,
  picture: RgbPicture,
  judge: keyof typeof inputSides,
  boxes: readonly ScoredBox[],
): Promise<JudgedBox[]> {
  const inputSide = inputSides[judge];
  const crop = new Uint8Array(inputSide * inputSide * 3);
  const input = new Float32Array(boxes.length * crop.length);
  const squares = boxes.map(squareOf);
  for (const [i, { left, top, side }] of squares.entries()) {
    const scale = side / inputSide;
    // MTCNN was trained on transposed pictures: the crop's columns run down the picture.
    const map = { xx: 0, xy: scale, x0: left, yx: scale, yy: 0, y0: top };
    warpRgb(picture, map, inputSide, crop);
    planarRgb(crop, [127.5, 127.5, 127.5], [1 / 128, 1 / 128, 1 / 128], input, i * crop.length);
  }
  const outputs = await sessions.run(judge, input, [boxes.length, 3, inputSide, inputSide]);
  const scores = floats(outputs, "scores");
  const regressions = floats(outputs, "regressions");
  const features = outputs["features"] && floats(outputs, "features");
  const width = (features?.length ?? 0) / boxes.length;
  const judged: JudgedBox[] = [];
  for (const [i, { left, top, side }] of squares.entries())
    judged.push({
      left: left + regressions[i * 4]! * side,
      top: top + regressions[i * 4 + 1]! * side,
      right: left + side + regressions[i * 4 + 2]! * side,
      bottom: top + side + regressions[i * 4 + 3]! * side,
      score: scores[i * 2 + 1]!,
      ...(features && { features: features.subarray(i * width, (i + 1) * width) }),
    });
  return judged;
}

interface CornerSquare {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

function squareOf({ left, top, right, bottom }: ScoredBox): CornerSquare {
  const side = Math.max(right - left, bottom - top);
  return { left: (left + right - side) / 2, top: (top + bottom - side) / 2, side };
}
