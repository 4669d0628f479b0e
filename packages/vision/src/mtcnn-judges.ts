/** The second and third networks of MTCNN, R-Net and O-Net, as judges of boxes that others propose. */
import { type Affine, applyAffine, squareCrop } from "./affine.js";
import type { Point } from "./analysis.js";
import { longerSide, type ScoredBox } from "./boxes.js";
import { boundedLogitOf, probabilityOf } from "./log-odds.js";
import type { RgbPicture } from "./rgb-picture.js";
import { batches, floats, type Outputs, type Sessions } from "./sessions.js";
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
  const squares = boxes.map(squareOf);
  const maps = squares.map(({ left, top, side }) => {
    const scale = side / inputSides[judge];
    return { xx: scale, xy: 0, x0: left, yx: 0, yy: scale, y0: top };
  });
  const outputs = await judgeCrops(sessions, picture, judge, maps);
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

/** A face to look at: a box, and radians, clockwise as seen, by which what it holds is taken to be rolled. */
export interface FaceLook {
  readonly box: ScoredBox;
  readonly angle: number;
}

/** What O-Net sees of a face. */
export interface FaceSeen {
  /** Bounded log odds that one is there. O-Net knows upright faces only, and tells a forehead from a chin below a mask too. */
  readonly logit: number;
  /** Eyes, nose tip and mouth corners, left before right in the crop, picture pixels. */
  readonly points: readonly Point[];
}

/** What O-Net sees in each look. */
export async function seeFaces(
  sessions: Sessions,
  picture: RgbPicture,
  looks: readonly FaceLook[],
): Promise<FaceSeen[]> {
  const parts = await Promise.all(
    batches(looks.length, sessions.lanes).map(([first, size]) =>
      seeBatch(sessions, picture, looks.slice(first, first + size)),
    ),
  );
  return parts.flat();
}

async function seeBatch(
  sessions: Sessions,
  picture: RgbPicture,
  looks: readonly FaceLook[],
): Promise<FaceSeen[]> {
  const inputSide = inputSides.onet;
  const maps = looks.map(({ box, angle }) => {
    const { left, top, side } = squareOf(box);
    return squareCrop({ x: left + side / 2, y: top + side / 2 }, side, angle, inputSide);
  });
  const outputs = await judgeCrops(sessions, picture, "onet", maps);
  const scores = floats(outputs, "scores");
  const landmarks = floats(outputs, "landmarks");
  return maps.map((map, index) => {
    // The shares of the crop's width of all points, then those of its height.
    const own = landmarks.subarray(index * 10, (index + 1) * 10);
    const points = [0, 1, 2, 3, 4].map((point) =>
      applyAffine(map, { x: own[point]! * inputSide, y: own[point + 5]! * inputSide }),
    );
    return { logit: boundedLogitOf(scores[index * 2 + 1]!), points };
  });
}

/** @param maps from each crop's pixels to the picture's. */
async function judgeCrops(
  sessions: Sessions,
  picture: RgbPicture,
  judge: keyof typeof inputSides,
  maps: readonly Affine[],
): Promise<Outputs> {
  const inputSide = inputSides[judge];
  const crop = new Uint8Array(inputSide * inputSide * 3);
  const input = new Float32Array(maps.length * crop.length);
  for (const [i, { xx, xy, x0, yx, yy, y0 }] of maps.entries()) {
    // MTCNN was trained on transposed pictures: the crop's columns run down the picture.
    warpRgb(picture, { xx: xy, xy: xx, x0, yx: yy, yy: yx, y0 }, inputSide, crop);
    planarRgb(crop, [127.5, 127.5, 127.5], [1 / 128, 1 / 128, 1 / 128], input, i * crop.length);
  }
  return sessions.run(judge, input, [maps.length, 3, inputSide, inputSide]);
}

interface CornerSquare {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

function squareOf(box: ScoredBox): CornerSquare {
  const { left, top, right, bottom } = box;
  const side = longerSide(box);
  return { left: (left + right - side) / 2, top: (top + bottom - side) / 2, side };
}
