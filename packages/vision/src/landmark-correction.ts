/** What both landmark networks err in together, by a regression on faces whose landmarks are known. */
import type { Point } from "./analysis.js";
import { eyeRoll, turnedExtent } from "./face-geometry.js";
import { correctedNames } from "./landmarks27.js";
import { landmarkCount } from "./landmarks68.js";
import { type Mesh, meshPointCount } from "./mesh-landmarks.js";
import { floats, type Sessions } from "./sessions.js";

const inputLength = meshPointCount * 3 + landmarkCount * 2;

/** Shifts of {@link correctedNames} for each face, picture pixels. */
export async function correctLandmarks(
  sessions: Sessions,
  landmarkSets: readonly Float32Array[],
  meshes: readonly Mesh[],
): Promise<Point[][]> {
  if (meshes.length === 0) return [];
  const input = new Float32Array(meshes.length * inputLength);
  const frames = meshes.map((mesh, index) => {
    const frame = frameOf(landmarkSets[index]!, mesh);
    fill(input.subarray(index * inputLength), landmarkSets[index]!, mesh, frame);
    return frame;
  });
  const outputs = await sessions.run("landmark-correction", input, [meshes.length, inputLength]);
  const shifts = floats(outputs, "shifts");
  const count = correctedNames.length * 2;
  const shifted: Point[][] = [];
  for (const [face, frame] of frames.entries())
    shifted.push(turnedBack(shifts.subarray(face * count, (face + 1) * count), frame));
  return shifted;
}

/** Axes along and across the line of the eyes, the mesh's extent as the unit and its middle as the origin. */
interface Frame {
  readonly cos: number;
  readonly sin: number;
  readonly u: number;
  readonly v: number;
  readonly side: number;
}

/** Shifts in a frame, as those of the picture. */
function turnedBack(shifts: Float32Array, { cos, sin, side }: Frame): Point[] {
  const points: Point[] = [];
  for (let at = 0; at < shifts.length; at += 2) {
    const u = shifts[at]! * side;
    const v = shifts[at + 1]! * side;
    points.push({ x: u * cos - v * sin, y: u * sin + v * cos });
  }
  return points;
}

function frameOf(landmarks68: Float32Array, { points }: Mesh): Frame {
  const angle = eyeRoll(landmarks68);
  const { u, v, width, height } = turnedExtent(points, 3, angle);
  const side = Math.max(1e-3, width, height);
  return { cos: Math.cos(angle), sin: Math.sin(angle), u, v, side };
}

function fill(
  out: Float32Array,
  landmarks68: Float32Array,
  { points }: Mesh,
  { cos, sin, u, v, side }: Frame,
): void {
  for (let p = 0; p < points.length; p += 3) {
    const [x, y] = [points[p]!, points[p + 1]!];
    out[p] = (x * cos + y * sin - u) / side;
    out[p + 1] = (y * cos - x * sin - v) / side;
    out[p + 2] = points[p + 2]! / side;
  }
  for (let p = 0; p < landmarks68.length; p += 2) {
    const [x, y] = [landmarks68[p]!, landmarks68[p + 1]!];
    out[points.length + p] = (x * cos + y * sin - u) / side;
    out[points.length + p + 1] = (y * cos - x * sin - v) / side;
  }
}
