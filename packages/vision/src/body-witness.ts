/**
 * Joints of bodies as witnesses: detectors take hands for faces, and a network that knows bodies knows a hand by the arm
 * it hangs on, and a face that is hardly seen by the body below it.
 */
import { squareCrop } from "./affine.js";
import type { ScoredBox } from "./boxes.js";
import { logitOf, probabilityOf } from "./log-odds.js";
import type { RgbPicture } from "./rgb-picture.js";
import { floats, type Sessions } from "./sessions.js";
import { planarRgb, warpRgb } from "./warp.js";

/** What speaks for a face in a box, each in logits. */
export interface BodyClues {
  /** The detectors' own score. */
  readonly detector: number;
  /** How sure MoveNet is of a nose, an eye or an ear in the box. */
  readonly head: number;
  /** Of an elbow or a wrist. */
  readonly arm: number;
}

/** How they count, by logistic regression on WIDER FACE's training half: `training/detection/body.js`. */
export interface BodyWeights extends BodyClues {
  readonly bias: number;
}

/** Boxes that score less are no faces, whatever hangs on them, and those that score more are faces. */
const doubt = { from: 0.02, to: 0.98 };
/** Height, pixels, from which a box is left to the mesh, which knows faces whichever way they lie; bodies are known upright. */
const largeHeight = 96;
/** Boxes that are asked about, best first: of more in a crowd it makes the order worse, and each costs. */
const mostAsked = 8;
const inputSide = 192;
/** Side of the picture that MoveNet sees, in sides of the box, and how far the box is above its middle, in heights of the box. */
const field = 5;
const above = 0.5;
/** Cells of the answer along a side. */
const cells = 48;
/** In COCO's order. */
const jointCount = 17;
const joints = { head: [0, 4], arm: [7, 10] } as const;
/** Joints are where they are give or take a cell. */
const margin = 1;
/** How sure the network may be, logit. */
const surest = 7;

/** The same boxes, those in doubt with what the bodies say of them, best score first. */
export async function heardOfBodies(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
  weights: BodyWeights,
): Promise<ScoredBox[]> {
  const asked = doubtfulBoxes(boxes);
  const clues = await Promise.all(asked.map((box) => bodyClues(sessions, picture, box)));
  const scores = new Map<ScoredBox, number>();
  for (const [index, { detector, head, arm }] of clues.entries())
    scores.set(
      asked[index]!,
      probabilityOf(
        weights.bias + weights.detector * detector + weights.head * head + weights.arm * arm,
      ),
    );
  return boxes
    .map((box) => ({ ...box, score: scores.get(box) ?? box.score }))
    .sort((a, b) => b.score - a.score);
}

/** Those of which the bodies are asked. Exported for `training`. */
export function doubtfulBoxes(boxes: readonly ScoredBox[]): ScoredBox[] {
  return boxes
    .filter(
      ({ score, top, bottom }) =>
        score > doubt.from && score < doubt.to && bottom - top < largeHeight,
    )
    .sort((a, b) => b.score - a.score)
    .slice(0, mostAsked);
}

/** Exported for `training`. */
export async function bodyClues(
  sessions: Sessions,
  picture: RgbPicture,
  { left, top, right, bottom, score }: ScoredBox,
): Promise<BodyClues> {
  const [width, height] = [right - left, bottom - top];
  const side = (field * (width + height)) / 2;
  const center = { x: (left + right) / 2, y: (top + bottom) / 2 + above * height };
  const crop = new Uint8Array(inputSide * inputSide * 3);
  const input = new Float32Array(crop.length);
  warpRgb(picture, squareCrop(center, side, 0, inputSide), inputSide, crop);
  planarRgb(crop, [0, 0, 0], [1, 1, 1], input, 0);
  const outputs = await sessions.run("body", input, [1, 3, inputSide, inputSide]);
  const logits = floats(outputs, "joints");
  const cell = side / cells;
  const from = { x: center.x - side / 2, y: center.y - side / 2 };
  const columns = cellsFrom((left - from.x) / cell, (right - from.x) / cell);
  const rows = cellsFrom((top - from.y) / cell, (bottom - from.y) / cell);
  const highest = ([first, last]: readonly [number, number]): number => {
    let most = -surest;
    for (let row = rows.first; row <= rows.last; row++)
      for (let column = columns.first; column <= columns.last; column++)
        for (let joint = first; joint <= last; joint++)
          most = Math.max(most, logits[(row * cells + column) * jointCount + joint]!);
    return Math.min(surest, most);
  };
  return {
    detector: logitOf(score),
    head: highest(joints.head),
    arm: highest(joints.arm),
  };
}

function cellsFrom(begin: number, end: number): { readonly first: number; readonly last: number } {
  return {
    first: Math.max(0, Math.floor(begin) - margin),
    last: Math.min(cells - 1, Math.ceil(end) - 1 + margin),
  };
}
