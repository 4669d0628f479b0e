/** The 468 points of MediaPipe's face mesh. */
import { type Affine, applyAffine, squareCrop } from "./affine.js";
import type { Point } from "./analysis.js";
import { eyeRoll, landmarkExtent } from "./face-geometry.js";
import type { RgbPicture } from "./rgb-picture.js";
import { floats, type Sessions } from "./sessions.js";
import { planarRgb, warpRgb } from "./warp.js";
import type { LandmarkRegion } from "./landmarks68.js";

/** Points of MediaPipe's mesh without those of the irises. */
export const meshPointCount = 468;
const inputSide = 192;

/** A face's mesh. */
export interface Mesh {
  /** x, y, z by turns, picture pixels; z grows away from the viewer and is zero at the head's middle. */
  readonly points: Float32Array;
  /** Logit that the region holds a face. */
  readonly presence: number;
}

/** A point of the mesh in the picture, pixels. @param index 0 to 467, as MediaPipe counts them. */
export function meshPoint({ points }: Mesh, index: number): Point {
  return { x: points[index * 3]!, y: points[index * 3 + 1]! };
}

/** One mesh for each region; one by one, so that the layers of each stay in a core's own cache. */
export async function predictMeshes(
  sessions: Sessions,
  picture: RgbPicture,
  regions: readonly LandmarkRegion[],
): Promise<Mesh[]> {
  return Promise.all(regions.map((region) => predictMesh(sessions, picture, region)));
}

async function predictMesh(
  sessions: Sessions,
  picture: RgbPicture,
  { center, side, angle }: LandmarkRegion,
): Promise<Mesh> {
  const crop = new Uint8Array(inputSide * inputSide * 3);
  const input = new Float32Array(crop.length);
  const map = squareCrop(center, side, angle, inputSide);
  warpRgb(picture, map, inputSide, crop);
  planarRgb(crop, [0, 0, 0], [1 / 255, 1 / 255, 1 / 255], input, 0);
  const outputs = await sessions.run("mesh", input, [1, 3, inputSide, inputSide]);
  return {
    points: pointsOf(floats(outputs, "points"), map),
    presence: floats(outputs, "presence")[0]!,
  };
}

/** What the network says of its crop, in the picture. */
function pointsOf(values: Float32Array, map: Affine): Float32Array {
  const scale = Math.hypot(map.xx, map.yx);
  const points = new Float32Array(meshPointCount * 3);
  for (let at = 0; at < points.length; at += 3) {
    const point = applyAffine(map, { x: values[at]!, y: values[at + 1]! });
    points[at] = point.x;
    points[at + 1] = point.y;
    points[at + 2] = values[at + 2]! * scale;
  }
  return points;
}

/** The meshes of a picture's faces, made when the first asks for them and the same for all who ask. */
export function sharedMeshes(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
): () => Promise<readonly Mesh[]> {
  let meshes: Promise<readonly Mesh[]> | undefined;
  return () => (meshes ??= predictMeshes(sessions, picture, landmarkSets.map(meshRegion)));
}

/**
 * Where the mesh network looks: the eyes levelled, one and a half times the extent that the mesh will have. The ratios
 * are medians over 500 faces of the mesh's extent, after it had settled in three passes, against that of the 68.
 */
export function meshRegion(landmarks68: Float32Array): LandmarkRegion {
  const meshToExtent = 1.144;
  const meshAboveExtent = 0.109;
  const regionToMesh = 1.5;
  const angle = eyeRoll(landmarks68);
  const { center, width, height } = landmarkExtent(landmarks68, angle);
  const up = height * meshAboveExtent;
  return {
    center: { x: center.x + Math.sin(angle) * up, y: center.y - Math.cos(angle) * up },
    side: Math.max(width, height) * meshToExtent * regionToMesh,
    angle,
  };
}
