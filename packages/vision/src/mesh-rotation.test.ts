import fc from "fast-check";
import { expect, it } from "vitest";
import { type Mesh, meshPointCount } from "./mesh-landmarks.js";
import { averageHead, meshRotation, turnedPoints } from "./mesh-rotation.js";

type Point3 = readonly [number, number, number];

const radians = Math.PI / 180;
const rolled = ([x, y, z]: Point3, a: number): Point3 => [
  x * Math.cos(a) - y * Math.sin(a),
  x * Math.sin(a) + y * Math.cos(a),
  z,
];
const pitched = ([x, y, z]: Point3, a: number): Point3 => [
  x,
  y * Math.cos(a) - z * Math.sin(a),
  y * Math.sin(a) + z * Math.cos(a),
];
const yawed = ([x, y, z]: Point3, a: number): Point3 => [
  x * Math.cos(a) + z * Math.sin(a),
  y,
  z * Math.cos(a) - x * Math.sin(a),
];

/** The average head, each point changed. */
function meshOf(change: (point: Point3) => Point3): Mesh {
  const points = new Float32Array(meshPointCount * 3);
  turnedPoints.forEach((index, k) => {
    points.set(change(averageHead.slice(k * 3, k * 3 + 3) as unknown as Point3), index * 3);
  });
  return { points, presence: 30 };
}

it("finds how far the average head was turned, wherever it is and however large", () => {
  const within = (most: number): fc.Arbitrary<number> =>
    fc.double({ min: -most, max: most, noNaN: true });
  const size = fc.double({ min: 8, max: 900, noNaN: true });
  fc.assert(
    fc.property(
      ...([within(80), within(150), within(150)] as const),
      ...([within(180), size, within(8000)] as const),
      (pitch, yaw, roll, level, side, away) => {
        const mesh = meshOf((point) => {
          const turned = yawed(
            pitched(rolled(point, roll * radians), pitch * radians),
            yaw * radians,
          );
          // The picture lies on its side as well: that is what levelling takes back.
          const [x, y, z] = rolled(turned, level * radians);
          return [x * side + away, y * side - away, z * side];
        });
        const found = meshRotation(mesh, level * radians)!;
        expect(Math.abs(found.pitch - pitch)).toBeLessThan(0.1);
        expect(Math.abs(found.yaw - yaw)).toBeLessThan(0.1);
        expect(Math.abs(found.roll - roll)).toBeLessThan(0.1);
      },
    ),
  );
});

it("says nothing of a mesh that is flat or inside out", () => {
  expect(
    meshRotation(
      meshOf(([x, y]) => [x, y, 0]),
      0,
    ),
  ).toBeUndefined();
  expect(
    meshRotation(
      meshOf(([x, y, z]) => [-x, y, z]),
      0,
    ),
  ).toBeUndefined();
  expect(
    meshRotation(
      meshOf(() => [7, 7, 7]),
      0,
    ),
  ).toBeUndefined();
});
