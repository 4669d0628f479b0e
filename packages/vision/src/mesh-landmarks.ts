/** The 468 points of MediaPipe's face mesh. */
import { type Affine, applyAffine, squareCrop } from "./affine.js";
import type { Point } from "./analysis.js";
import type { RgbPicture } from "./rgb-picture.js";
import { batches, floats, type Sessions } from "./sessions.js";
import { planarRgb, warpRgb } from "./warp.js";
import type { LandmarkRegion } from "./landmarks68.js";

export const meshPointCount = 468;
const inputSide = 192;

/** A face's mesh. */
export interface Mesh {
  /** x, y, z by turns, picture pixels; z grows away from the viewer and is zero at the head's middle. */
  readonly points: Float32Array;
  /** Logit that the region holds a face. */
  readonly presence: number;
}

export function meshPoint({ points }: Mesh, index: number): Point {
  return { x: points[index * 3]!, y: points[index * 3 + 1]! };
}

/** One mesh for each region. */
export async function predictMeshes(
  sessions: Sessions,
  picture: RgbPicture,
  regions: readonly LandmarkRegion[],
): Promise<Mesh[]> {
  const meshes: Mesh[] = [];
  const crop = new Uint8Array(inputSide * inputSide * 3);
  for (const [first, size] of batches(regions.length)) {
    const input = new Float32Array(size * crop.length);
    const maps: Affine[] = [];
    for (let i = 0; i < size; i++) {
      const { center, side, angle } = regions[first + i]!;
      const map = squareCrop(center, side, angle, inputSide);
      warpRgb(picture, map, inputSide, crop);
      planarRgb(crop, [0, 0, 0], [1 / 255, 1 / 255, 1 / 255], input, i * crop.length);
      maps.push(map);
    }
    const outputs = await sessions.run("mesh", input, [size, 3, inputSide, inputSide]);
    const values = floats(outputs, "points");
    const presences = floats(outputs, "presence");
    maps.forEach((map, i) => {
      const scale = Math.hypot(map.xx, map.yx);
      const points = new Float32Array(meshPointCount * 3);
      for (let p = 0; p < meshPointCount; p++) {
        const at = (i * meshPointCount + p) * 3;
        const point = applyAffine(map, { x: values[at]!, y: values[at + 1]! });
        points[p * 3] = point.x;
        points[p * 3 + 1] = point.y;
        points[p * 3 + 2] = values[at + 2]! * scale;
      }
      meshes.push({ points, presence: presences[i]! });
    });
  }
  return meshes;
}

/** Outer corners of the eyes, image left and right. */
const eyeCorners = [33, 263] as const;
/** Side of the network's region over the extent of the face's points: MediaPipe's own. */
const regionToExtent = 1.5;

/** Where a further pass looks: the eyes levelled, one and a half times the extent of the mesh. */
export function meshRegion(mesh: Mesh): LandmarkRegion {
  const left = meshPoint(mesh, eyeCorners[0]);
  const right = meshPoint(mesh, eyeCorners[1]);
  const angle = Math.atan2(right.y - left.y, right.x - left.x);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  let minU = Infinity;
  let maxU = -Infinity;
  let minV = Infinity;
  let maxV = -Infinity;
  for (let p = 0; p < meshPointCount; p++) {
    const { x, y } = meshPoint(mesh, p);
    const u = x * cos + y * sin;
    const v = y * cos - x * sin;
    minU = Math.min(minU, u);
    maxU = Math.max(maxU, u);
    minV = Math.min(minV, v);
    maxV = Math.max(maxV, v);
  }
  const u = (minU + maxU) / 2;
  const v = (minV + maxV) / 2;
  return {
    center: { x: u * cos - v * sin, y: u * sin + v * cos },
    side: Math.max(maxU - minU, maxV - minV) * regionToExtent,
    angle,
  };
}
