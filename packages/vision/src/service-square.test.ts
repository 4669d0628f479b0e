/** Squares of mirrored faces, of rolled ones and of profiles. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { overlap, type ScoredBox } from "./boxes.js";
import { decodePicture } from "./decode.js";
import { detectFaces } from "./detector.js";
import { eyeRoll, landmarkExtent } from "./face-geometry.js";
import { locateLandmarks } from "./locate-landmarks.js";
import type { RgbPicture } from "./rgb-picture.js";
import { serviceSquare, squareBox } from "./service-square.js";
import { Sessions } from "./sessions.js";

interface Face {
  readonly box: ScoredBox;
  readonly landmarks: Float32Array;
}

const sessions = new Sessions();
const turns = [-30, -15, 15, 30];
let photograph: Buffer;
let upright: { readonly picture: RgbPicture; readonly faces: readonly Face[] };

async function facesOf(
  file: Buffer,
): Promise<{ readonly picture: RgbPicture; readonly faces: readonly Face[] }> {
  const { picture } = await decodePicture(file);
  const boxes = await detectFaces(sessions, picture, "detection_01");
  const landmarks = await locateLandmarks(sessions, picture, boxes);
  return { picture, faces: boxes.map((box, index) => ({ box, landmarks: landmarks[index]! })) };
}

beforeAll(async () => {
  photograph = await readFile(
    fileURLToPath(
      new URL("../../../node_modules/@vladmandic/face-api/demo/sample1.jpg", import.meta.url),
    ),
  );
  upright = await facesOf(photograph);
});

/** In the order of the 68 landmarks, where each is after a mirror: left and right change places. */
const counterparts = [
  ...Array.from({ length: 17 }, (_, index) => 16 - index),
  ...Array.from({ length: 10 }, (_, index) => 26 - index),
  ...[27, 28, 29, 30, 35, 34, 33, 32, 31],
  ...[45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40],
  ...[54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55],
  ...[64, 63, 62, 61, 60, 67, 66, 65],
];

/** The same face in the mirror that the left border of the picture is. */
function mirrored({ box, landmarks }: Face): Face {
  const points = new Float32Array(landmarks.length);
  for (const [index, counterpart] of counterparts.entries()) {
    points[2 * index] = -landmarks[2 * counterpart]!;
    points[2 * index + 1] = landmarks[2 * counterpart + 1]!;
  }
  return { box: { ...box, left: -box.right, right: -box.left }, landmarks: points };
}

function turnedPoint(x: number, y: number, degrees: number): readonly [number, number] {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [x * cos - y * sin, x * sin + y * cos];
}

function rolled({ box, landmarks }: Face, degrees: number): Face {
  const points = new Float32Array(landmarks.length);
  for (let at = 0; at < points.length; at += 2)
    points.set(turnedPoint(landmarks[at]!, landmarks[at + 1]!, degrees), at);
  const [x, y] = turnedPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2, degrees);
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  return {
    box: {
      left: x - width / 2,
      right: x + width / 2,
      top: y - height / 2,
      bottom: y + height / 2,
      score: box.score,
    },
    landmarks: points,
  };
}

describe("the service's square", () => {
  it("is the mirrored one for a mirrored face, however it is rolled", () => {
    expect(upright.faces.length).toBeGreaterThan(0);
    for (const face of upright.faces) {
      for (const degrees of [0, ...turns, 90]) {
        const seen = rolled(face, degrees);
        const own = serviceSquare(seen.box, seen.landmarks);
        const reflection = mirrored(seen);
        const other = serviceSquare(reflection.box, reflection.landmarks);
        expect(other.side).toBeCloseTo(own.side, 9);
        expect(other.center.x).toBeCloseTo(-own.center.x, 9);
        expect(other.center.y).toBeCloseTo(own.center.y, 9);
      }
    }
  });

  it("turns with the landmarks and keeps its size", () => {
    for (const face of upright.faces) {
      const own = serviceSquare(face.box, face.landmarks);
      for (const degrees of [...turns, 90, 180]) {
        const seen = rolled(face, degrees);
        const other = serviceSquare(seen.box, seen.landmarks);
        const [x, y] = turnedPoint(own.center.x, own.center.y, degrees);
        // The landmarks are of single precision.
        expect(other.side).toBeCloseTo(own.side, 2);
        expect(other.center.x).toBeCloseTo(x, 2);
        expect(other.center.y).toBeCloseTo(y, 2);
      }
    }
  });

  it.each([0.5, 0.7])("keeps its size where landmarks are narrow, as a profile's (%f)", (share) => {
    for (const face of upright.faces) {
      const { box, landmarks } = rolled(face, (-eyeRoll(face.landmarks) * 180) / Math.PI);
      const own = serviceSquare(box, landmarks);
      const middle = landmarkExtent(landmarks, 0).center.x;
      const narrow = landmarks.map((value, at) =>
        at % 2 === 0 ? middle + share * (value - middle) : value,
      );
      expect(serviceSquare(box, narrow).side / own.side).toBeGreaterThan(0.92);
    }
  });

  it.each(turns)("follows the faces of a photograph that is turned by %i degrees", async (turn) => {
    const file = await sharp(photograph).rotate(turn, { background: "grey" }).png().toBuffer();
    const { picture, faces } = await facesOf(file);
    const squares = faces.map(({ box, landmarks }) => serviceSquare(box, landmarks));
    for (const { box, landmarks } of upright.faces) {
      const own = serviceSquare(box, landmarks);
      const [x, y] = turnedPoint(
        own.center.x - upright.picture.width / 2,
        own.center.y - upright.picture.height / 2,
        turn,
      );
      const center = { x: picture.width / 2 + x, y: picture.height / 2 + y };
      const expected = squareBox({ center, side: own.side });
      const best = Math.max(...squares.map((square) => overlap(squareBox(square), expected)));
      expect(best).toBeGreaterThan(0.85);
    }
  });

  it("lies as the box does where the landmarks are of something else", () => {
    const box = { left: 100, top: 100, right: 180, bottom: 200, score: 0.9 };
    const elsewhere = new Float32Array(136).map((_, index) => 900 + (index % 7));
    const standing = serviceSquare(box, elsewhere);
    const lying = serviceSquare({ ...box, tilt: -Math.PI / 2 }, elsewhere);
    expect(overlap(squareBox(standing), box)).toBeGreaterThan(0.5);
    expect(standing.center.x).toBe(140);
    const below = standing.center.y - 150;
    expect(below).toBeGreaterThan(0);
    // Turned against the clock, below is to the right.
    expect(lying.side).toBe(standing.side);
    expect(lying.center.x).toBeCloseTo(140 + below, 9);
    expect(lying.center.y).toBeCloseTo(150, 9);
  });
});
