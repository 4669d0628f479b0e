/** UltraFace at any input size: priors and decoding of the network that `@mien/models` cut free. */
import type { ScoredBox } from "./boxes.js";
import type { PictureSizes } from "./picture-sizes.js";
import { floats, type Sessions } from "./sessions.js";

/** Prior sizes, input pixels, by stride: those of the network's training (UltraFace RFB 320). */
const levels: readonly { stride: number; sizes: readonly number[] }[] = [
  { stride: 8, sizes: [10, 16, 24] },
  { stride: 16, sizes: [32, 48] },
  { stride: 32, sizes: [64, 96] },
  { stride: 64, sizes: [128, 192, 256] },
];
const centerVariance = 0.1;
const sizeVariance = 0.2;

/** One size at which the network looks at the picture. */
export interface UltraFaceScale {
  /** Long side of the network's input, pixels. */
  readonly side: number;
  /** Boxes larger than this at the input, pixels, are dropped: the network is unsure of them. */
  readonly largestFace: number;
}

/**
 * Looks for faces at one scale.
 * @returns boxes in pixels of the picture, scores from `threshold` up, before suppression.
 */
export async function detectAtScale(
  sessions: Sessions,
  sizes: PictureSizes,
  scale: UltraFaceScale,
  threshold: number,
): Promise<ScoredBox[]> {
  const { original } = sizes;
  const factor = scale.side / Math.max(original.width, original.height);
  const width = Math.max(32, Math.round(original.width * factor));
  const height = Math.max(32, Math.round(original.height * factor));
  const { data } = sizes.at(width, height);
  const outputs = await sessions.runKept("ultra", data, [1, height, width, 3]);
  return decodeBoxes(
    floats(outputs, "scores"),
    floats(outputs, "regressions"),
    { width, height },
    { x: original.width / width, y: original.height / height },
    threshold,
    scale.largestFace,
  );
}

/** Boxes of the priors whose face score reaches the threshold. */
function decodeBoxes(
  scores: Float32Array,
  regressions: Float32Array,
  input: { readonly width: number; readonly height: number },
  toPicture: { readonly x: number; readonly y: number },
  threshold: number,
  largestFace: number,
): ScoredBox[] {
  const boxes: ScoredBox[] = [];
  let prior = 0;
  for (const { stride, sizes } of levels) {
    const columns = Math.ceil(input.width / stride);
    const rows = Math.ceil(input.height / stride);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (const size of sizes) {
          const score = scores[prior * 2 + 1]!;
          if (score >= threshold) {
            const at = prior * 4;
            const centerX = (column + 0.5) * stride + regressions[at]! * centerVariance * size;
            const centerY = (row + 0.5) * stride + regressions[at + 1]! * centerVariance * size;
            const width = Math.exp(regressions[at + 2]! * sizeVariance) * size;
            const height = Math.exp(regressions[at + 3]! * sizeVariance) * size;
            if (Math.max(width, height) <= largestFace)
              boxes.push({
                left: (centerX - width / 2) * toPicture.x,
                top: (centerY - height / 2) * toPicture.y,
                right: (centerX + width / 2) * toPicture.x,
                bottom: (centerY + height / 2) * toPicture.y,
                score,
              });
          }
          prior++;
        }
      }
    }
  }
  return boxes;
}
