import { describe, expect, it } from "vitest";
import { correctLandmarks } from "./landmark-correction.js";
import { correctedNames } from "./landmarks27.js";
import { landmarkCount } from "./landmarks68.js";
import { type Mesh, meshPointCount } from "./mesh-landmarks.js";
import { Sessions } from "./sessions.js";

/** A face-like cloud of points, the same for every run. */
function cloud(count: number, dimensions: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count * dimensions }, () => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return 200 + (state / 0x7fffffff) * 80;
  });
}

/** Scaled and turned about the origin, then moved. */
function moved(points: Float32Array, dimensions: number, scale: number, angle: number) {
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  const result = Float32Array.from(points);
  for (let i = 0; i < points.length; i += dimensions) {
    result[i] = points[i]! * cos - points[i + 1]! * sin + 37;
    result[i + 1] = points[i]! * sin + points[i + 1]! * cos - 11;
    if (dimensions === 3) result[i + 2] = points[i + 2]! * scale;
  }
  return result;
}

describe("correctLandmarks", () => {
  const sessions = new Sessions();
  const landmarks = cloud(landmarkCount, 2, 5);
  const mesh: Mesh = { points: cloud(meshPointCount, 3, 9), presence: 10 };

  it.each([
    [1, Math.PI],
    [0.5, 1],
    [3, -2.2],
  ])("turns and grows with the face: scale %d, angle %d", async (scale, angle) => {
    const other: Mesh = { points: moved(mesh.points, 3, scale, angle), presence: 10 };
    const [own, turned] = await correctLandmarks(
      sessions,
      [landmarks, moved(landmarks, 2, scale, angle)],
      [mesh, other],
    );
    // The extent is that of the levelled face, so it turns with it up to rounding.
    own!.forEach(({ x, y }, index) => {
      const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
      expect(turned![index]!.x).toBeCloseTo(x * cos - y * sin, 1);
      expect(turned![index]!.y).toBeCloseTo(x * sin + y * cos, 1);
    });
  });

  it("gives each corrected landmark one shift, and nothing for no faces", async () => {
    const [shifts] = await correctLandmarks(sessions, [landmarks], [mesh]);
    expect(shifts).toHaveLength(correctedNames.length);
    expect(await correctLandmarks(sessions, [], [])).toEqual([]);
  });
});
