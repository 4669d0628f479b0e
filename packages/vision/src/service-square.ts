/** The square that the service draws around a face with detection_01. */
import { middleOf } from "./affine.js";
import type { Point } from "./analysis.js";
import { type Box, overlap, type ScoredBox } from "./boxes.js";
import { dotProduct } from "./dot-product.js";
import { eyeRoll, landmarkExtent, leftEye, rightEye } from "./face-geometry.js";
import { meanPoint } from "./landmarks68.js";

/** A square with upright sides, pixels of the picture. */
export interface Square {
  readonly center: Point;
  /** Pixels. */
  readonly side: number;
}

/**
 * Weights of the clues of `squareClues`: of the odd ones for the middle's way across the face, of the even ones for its way
 * down the face and for the side; and both for a box alone, in units of its size. `training/detection/square.js` writes them.
 */
const regression = {
  across: [0.5368, 0.0906, 0.3187, 0.1195],
  down: [-0.014, 0.0089, 0.5028, 0.0929, 0.5212, 0.014, -0.0429, 0.0023, -0.0387],
  side: [0.09, 0.0041, -0.7304, 0.0251, 0.6974, 0.1971, 0.4592, 0.2442, 0.4475],
  boxDown: 0.1255,
  boxSide: 0.9516,
} as const;
/**
 * Landmarks whose square overlaps by less, intersection over union, the one that the box alone gives are those of something
 * else. No plain portrait is below, and one in seven faces seen from the side, of which many have such landmarks.
 */
const leastAgreement = 0.4;
/** Eyes nearer to each other than this share of the height of the landmarks' extent are those of a face turned aside. */
const narrowestFront = 0.38;
const noseLine = Array.from({ length: 9 }, (_, index) => 27 + index);
const mouth = Array.from({ length: 20 }, (_, index) => 48 + index);

/** What the square is computed from, in a frame that is as upright as the face: along its eyes, and across them. */
export interface SquareClues {
  /** Middle of the landmarks' extent, from which places are measured, pixels of the picture. */
  readonly origin: Point;
  /** Radians, clockwise as seen, by which the frame is turned. */
  readonly angle: number;
  /** Pixels; a mirror changes the sign. */
  readonly odd: readonly number[];
  /** Pixels; a mirror changes nothing. */
  readonly even: readonly number[];
}

export function squareClues(box: ScoredBox, landmarks68: Float32Array): SquareClues {
  const angle = eyeRoll(landmarks68);
  const { center: origin, width, height } = landmarkExtent(landmarks68, angle);
  const left = meanPoint(landmarks68, leftEye);
  const right = meanPoint(landmarks68, rightEye);
  const eyes = inFrame(middleOf([left, right]), origin, angle);
  const nose = inFrame(meanPoint(landmarks68, noseLine), origin, angle);
  const lips = inFrame(meanPoint(landmarks68, mouth), origin, angle);
  const middle = inFrame(
    { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 },
    origin,
    angle,
  );
  const unit = Math.max(1, height);
  const apart = Math.hypot(right.x - left.x, right.y - left.y);
  // Of the box's measures the one that changes least while the face rolls.
  const diagonal = Math.hypot(box.right - box.left, box.bottom - box.top);
  return {
    origin,
    angle,
    odd: [eyes.x, nose.x, lips.x, middle.x],
    even: [
      unit,
      width,
      eyes.y,
      nose.y,
      lips.y,
      middle.y,
      apart,
      diagonal,
      // The nearer to a profile, the less the landmarks tell of the size, and the more the box does.
      Math.max(0, narrowestFront - apart / unit) * diagonal,
    ],
  };
}

/**
 * Pixels of the picture that the landmarks are in. The square is worked out in the face's own frame, so that its size does
 * not depend on the roll. Where the landmarks are not of the face in the box, it follows from the box alone.
 */
export function serviceSquare(box: ScoredBox, landmarks68: Float32Array): Square {
  const { origin, angle, odd, even } = squareClues(box, landmarks68);
  const way = turned(dotProduct(regression.across, odd), dotProduct(regression.down, even), angle);
  const square = {
    center: { x: origin.x + way.x, y: origin.y + way.y },
    side: dotProduct(regression.side, even),
  };
  // If the landmarks are right, so is their roll, and the square that the box alone gives lies that way.
  const expected = squareBox(boxSquare(box, angle));
  const agrees = square.side > 0 && overlap(squareBox(square), expected) >= leastAgreement;
  return agrees ? square : boxSquare(box, box.tilt ?? 0);
}

function inFrame({ x, y }: Point, origin: Point, angle: number): Point {
  return turned(x - origin.x, y - origin.y, -angle);
}

/** A way turned clockwise as seen, by radians. */
function turned(x: number, y: number, angle: number): Point {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { x: x * cos - y * sin, y: x * sin + y * cos };
}

/** Without landmarks to trust; a mask hides most of what the detector's box goes by, too. */
function boxSquare({ left, top, right, bottom }: ScoredBox, roll: number): Square {
  const size = Math.sqrt((right - left) * (bottom - top));
  const way = turned(0, regression.boxDown * size, roll);
  return {
    center: { x: (left + right) / 2 + way.x, y: (top + bottom) / 2 + way.y },
    side: regression.boxSide * size,
  };
}

/** The corners of a square, in the coordinates it is in. */
export function squareBox({ center, side }: Square): Box {
  const half = side / 2;
  return {
    left: center.x - half,
    top: center.y - half,
    right: center.x + half,
    bottom: center.y + half,
  };
}
