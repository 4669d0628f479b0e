/** O-Net, the last stage of MTCNN, as a second judge of UltraFace's proposals. */
import type { ScoredBox } from "./boxes.js";
import type { RgbPicture } from "./rgb-picture.js";
import { batches, floats, type Sessions } from "./sessions.js";
import { planarRgb, warpRgb } from "./warp.js";

const inputSide = 48;
/** How much the second judge's logit counts beside the first's; chosen on WIDER FACE's validation half. */
const secondOpinion = 0.5;

/**
 * Scores and boxes after the second look: logits are added, corners are the mean of both networks'.
 */
export async function refineProposals(
  sessions: Sessions,
  picture: RgbPicture,
  proposals: readonly ScoredBox[],
): Promise<ScoredBox[]> {
  const refined: ScoredBox[] = [];
  const crop = new Uint8Array(inputSide * inputSide * 3);
  for (const [first, size] of batches(proposals.length)) {
    const input = new Float32Array(size * crop.length);
    const squares = proposals.slice(first, first + size).map(square);
    squares.forEach(({ left, top, side }, i) => {
      const scale = side / inputSide;
      // MTCNN was trained on transposed pictures: the crop's columns run down the picture.
      const map = { xx: 0, xy: scale, x0: left, yx: scale, yy: 0, y0: top };
      warpRgb(picture, map, inputSide, crop);
      planarRgb(crop, [127.5, 127.5, 127.5], [1 / 128, 1 / 128, 1 / 128], input, i * crop.length);
    });
    const outputs = await sessions.run("onet", input, [size, 3, inputSide, inputSide]);
    const scores = floats(outputs, "scores");
    const regressions = floats(outputs, "regressions");
    squares.forEach(({ left, top, side }, i) => {
      const own = proposals[first + i]!;
      const corner = (k: number, edge: number): number => edge + regressions[i * 4 + k]! * side;
      refined.push({
        left: (own.left + corner(0, left)) / 2,
        top: (own.top + corner(1, top)) / 2,
        right: (own.right + corner(2, left + side)) / 2,
        bottom: (own.bottom + corner(3, top + side)) / 2,
        score: sigmoid(logit(own.score) + secondOpinion * logit(scores[i * 2 + 1]!)),
      });
    });
  }
  return refined;
}

function square({ left, top, right, bottom }: ScoredBox): {
  left: number;
  top: number;
  side: number;
} {
  const side = Math.max(right - left, bottom - top);
  return { left: (left + right - side) / 2, top: (top + bottom - side) / 2, side };
}

function logit(score: number): number {
  const bounded = Math.min(1 - 1e-6, Math.max(1e-6, score));
  return Math.log(bounded / (1 - bounded));
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
