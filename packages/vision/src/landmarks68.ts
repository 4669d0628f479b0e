/** 68 landmarks in iBUG order, image left and right. */
import type { Point } from "./analysis.js";
import { type Affine, applyAffine, squareCrop } from "./affine.js";
import type { RgbPicture } from "./rgb-picture.js";
import { batches, floats, type Sessions } from "./sessions.js";
import { greyOf, warpRgb } from "./warp.js";

/** Points of the iBUG scheme; a set of them is x and y by turns, 136 numbers. */
export const landmarkCount = 68;
const inputSide = 64;

/** A square region of the picture to look for landmarks in. */
export interface LandmarkRegion {
  readonly center: Point;
  /** Side, picture pixels. */
  readonly side: number;
  /** Radians, clockwise as seen, by which the face is rolled. */
  readonly angle: number;
}

/** One landmark set per region: 136 numbers, x and y by turns, picture pixels. */
export async function predictLandmarks(
  sessions: Sessions,
  picture: RgbPicture,
  regions: readonly LandmarkRegion[],
): Promise<Float32Array[]> {
  const results: Float32Array[] = [];
  const crop = new Uint8Array(inputSide * inputSide * 3);
  for (const [first, size] of batches(regions.length)) {
    const input = new Float32Array(size * inputSide * inputSide);
    const maps: Affine[] = [];
    for (let i = 0; i < size; i++) {
      const region = regions[first + i]!;
      const map = squareCrop(region.center, region.side, region.angle, inputSide);
      warpRgb(picture, map, inputSide, crop);
      greyOf(crop, 1 / 256, input, i * inputSide * inputSide);
      maps.push(map);
    }
    const outputs = await sessions.run("landmark68", input, [size, 1, inputSide, inputSide]);
    const values = floats(outputs, "landmarks");
    for (const [i, map] of maps.entries()) {
      const points = new Float32Array(landmarkCount * 2);
      for (let p = 0; p < landmarkCount; p++) {
        const at = (i * landmarkCount + p) * 2;
        const point = applyAffine(map, {
          x: values[at]! * inputSide,
          y: values[at + 1]! * inputSide,
        });
        points[p * 2] = point.x;
        points[p * 2 + 1] = point.y;
      }
      results.push(points);
    }
  }
  return results;
}

/** Mean of some of a set's points. */
export function meanPoint(landmarks: Float32Array, indices: readonly number[]): Point {
  let x = 0;
  let y = 0;
  for (const index of indices) {
    x += landmarks[index * 2]!;
    y += landmarks[index * 2 + 1]!;
  }
  return { x: x / indices.length, y: y / indices.length };
}
