import { describe, expect, it } from "vitest";
import type { Point } from "./analysis.js";
import { correctedNames, iBugOf, landmarks27, meshOf } from "./landmarks27.js";
import { landmarkCount } from "./landmarks68.js";
import { meshPointCount } from "./mesh-landmarks.js";

/** Of a face that looks ahead and is upright, pixels; what is not named lies in its middle. */
const upright: Readonly<Record<string, Point>> = {
  eyeLeftOuter: { x: 60, y: 80 },
  eyeRightOuter: { x: 140, y: 80 },
  mouthLeft: { x: 80, y: 140 },
  mouthRight: { x: 120, y: 140 },
  upperLipBottom: { x: 100, y: 139 },
  underLipTop: { x: 101, y: 141 },
};

function turned({ x, y }: Point, degrees: number): Point {
  const angle = (degrees * Math.PI) / 180;
  return {
    x: x * Math.cos(angle) - y * Math.sin(angle),
    y: x * Math.sin(angle) + y * Math.cos(angle),
  };
}

/** The lips of the face, turned about the origin, where both models see it alike and the lips are shifted. */
function lips(degrees: number, upperShift: number, underShift: number): [Point, Point] {
  const landmarks68 = new Float32Array(landmarkCount * 2);
  const mesh = { points: new Float32Array(meshPointCount * 3), presence: 10 };
  for (const name of correctedNames) {
    const { x, y } = turned(upright[name] ?? { x: 100, y: 100 }, degrees);
    for (const index of iBugOf(name)!) landmarks68.set([x, y], index * 2);
    mesh.points.set([x, y], meshOf(name)! * 3);
  }
  const shiftOf: Readonly<Record<string, number>> = {
    upperLipBottom: upperShift,
    underLipTop: underShift,
  };
  const shifts = correctedNames.map((name) => turned({ x: 0, y: shiftOf[name] ?? 0 }, degrees));
  const pupil = { x: 0, y: 0 };
  const points = landmarks27(landmarks68, mesh, [pupil, pupil], shifts);
  return [points["upperLipBottom"]!, points["underLipTop"]!];
}

describe.each([0, 90, 180, 250])("the lips of a face turned by %d degrees", (degrees) => {
  const expectAt = (point: Point, x: number, y: number): void => {
    const expected = turned({ x, y }, degrees);
    expect(point.x).toBeCloseTo(expected.x, 3);
    expect(point.y).toBeCloseTo(expected.y, 3);
  };

  it("meet halfway where the corrections would move them through each other", () => {
    const [upper, under] = lips(degrees, 3, -1);
    expectAt(upper, 100.5, 141);
    expectAt(under, 100.5, 141);
  });

  it("stay where the corrections move them otherwise", () => {
    const [upper, under] = lips(degrees, 1.5, 0);
    expectAt(upper, 100, 140.5);
    expectAt(under, 101, 141);
  });
});
