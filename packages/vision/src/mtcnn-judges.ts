/** The second and third networks of MTCNN, R-Net and O-Net, as judges of boxes that others propose. */
import type { ScoredBox } from "./boxes.js";
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
  const inputSide = inputSides[judge];
  const crop = new Uint8Array(inputSide * inputSide * 3);
  const parts = await Promise.all(
    batches(boxes.length, sessions.lanes).map(async ([first, size]) => {
      const input = new Float32Array(size * crop.length);
      const squares = boxes.slice(first, first + size).map(square);
      squares.forEach(({ left, top, side }, i) => {
        const scale = side / inputSide;
        // MTCNN was trained on transposed pictures: the crop's columns run down the picture.
        const map = { xx: 0, xy: scale, x0: left, yx: scale, yy: 0, y0: top };
        warpRgb(picture, map, inputSide, crop);
        planarRgb(crop, [127.5, 127.5, 127.5], [1 / 128, 1 / 128, 1 / 128], input, i * crop.length);
      });
      const outputs = await sessions.run(judge, input, [size, 3, inputSide, inputSide]);
      const scores = floats(outputs, "scores");
      const regressions = floats(outputs, "regressions");
      const features = outputs["features"] && floats(outputs, "features");
      const width = (features?.length ?? 0) / size;
      return squares.map(({ left, top, side }, i): JudgedBox => {
        const corner = (k: number, edge: number): number => edge + regressions[i * 4 + k]! * side;
        return {
          left: corner(0, left),
          top: corner(1, top),
          right: corner(2, left + side),
          bottom: corner(3, top + side),
          score: scores[i * 2 + 1]!,
          ...(features && { features: features.subarray(i * width, (i + 1) * width) }),
        };
      });
    }),
  );
  return parts.flat();
}

function square({ left, top, right, bottom }: ScoredBox): {
  left: number;
  top: number;
  side: number;
} {
  const side = Math.max(right - left, bottom - top);
  return { left: (left + right - side) / 2, top: (top + bottom - side) / 2, side };
}
