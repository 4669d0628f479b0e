/** Faces that MTCNN's first two networks propose: P-Net over a pyramid of sizes, then R-Net. */
import { type ScoredBox, suppress } from "./boxes.js";
import { judgeBoxes } from "./mtcnn-judges.js";
import type { RgbPicture } from "./rgb-picture.js";
import { floats, type Sessions } from "./sessions.js";
import { resizedPicture } from "./resized-picture.js";

/** P-Net's window and its step, pixels of its input. */
const window = 12;
const stride = 2;
/** Each size of the pyramid is this share of the one before. */
const pyramidStep = 0.709;
const proposalThreshold = 0.8;
const judgeThreshold = 0.5;
/** Bounds of the cost of foliage and crowds: boxes of one size, all boxes that R-Net sees, and those that it passes on. */
const most = { ofSize: 400, judged: 800, passed: 256 };

/**
 * @param smallestFace side of the smallest face that is looked for, pixels of `picture`; 12 or more.
 * @returns R-Net's boxes with its scores, best first.
 */
export async function proposeByMtcnn(
  sessions: Sessions,
  picture: RgbPicture,
  smallestFace: number,
): Promise<ScoredBox[]> {
  const sizes: RgbPicture[] = [];
  // Each size is made of the one before: its pixels are fewer.
  for (let scale = window / smallestFace, from = picture; ; scale *= pyramidStep) {
    const width = even(picture.width * scale);
    const height = even(picture.height * scale);
    if (Math.min(width, height) < window) break;
    from = await resizedPicture(from, width, height);
    sizes.push(from);
  }
  const windows = await Promise.all(sizes.map((size) => windowsOf(sessions, size, picture)));
  const proposals = suppress(windows.flat(), 0.7).slice(0, most.judged);
  const judged = await judgeBoxes(sessions, picture, "rnet", proposals);
  const accepted = judged.filter((box) => box.score >= judgeThreshold);
  return suppress(accepted, 0.7).slice(0, most.passed);
}

/** P-Net's pooling takes pairs of pixels. */
function even(size: number): number {
  return Math.round(size / 2) * 2;
}

/** Windows of one size of the picture that P-Net takes for faces, pixels of the picture. */
async function windowsOf(
  sessions: Sessions,
  { data, width, height }: RgbPicture,
  picture: RgbPicture,
): Promise<ScoredBox[]> {
  const outputs = await sessions.run("pnet", data, [1, height, width, 3]);
  const scores = floats(outputs, "scores");
  const regressions = floats(outputs, "regressions");
  const toPicture = { x: picture.width / width, y: picture.height / height };
  const side = { x: window * toPicture.x, y: window * toPicture.y };
  // The network sees the picture's columns as rows, so its windows run down the columns.
  const rows = (height - window) / stride + 1;
  const boxes: ScoredBox[] = [];
  for (let index = 0; index * 2 < scores.length; index++) {
    const score = scores[index * 2 + 1]!;
    if (score < proposalThreshold) continue;
    const left = (stride * Math.floor(index / rows) + 1) * toPicture.x;
    const top = (stride * (index % rows) + 1) * toPicture.y;
    const corner = (k: number): number => regressions[index * 4 + k]!;
    boxes.push({
      left: left + corner(0) * side.x,
      top: top + corner(1) * side.y,
      right: left + (1 + corner(2)) * side.x,
      bottom: top + (1 + corner(3)) * side.y,
      score,
    });
  }
  return suppress(boxes, 0.5).slice(0, most.ofSize);
}
