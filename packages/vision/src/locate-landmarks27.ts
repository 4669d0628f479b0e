/** From 68 landmarks to the 27 of the contract, by way of the face mesh and the irises. */
import type { Point } from "./analysis.js";
import { locatePupils } from "./iris.js";
import { correctLandmarks } from "./landmark-correction.js";
import { landmarks27 } from "./landmarks27.js";
import { sharedMeshes } from "./mesh-landmarks.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";

/** One record of 27 named points a face, picture pixels. */
export async function locateLandmarks27(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
  askMeshes = sharedMeshes(sessions, picture, landmarkSets),
): Promise<Record<string, Point>[]> {
  const meshes = await askMeshes();
  const [pupils, shifts] = await Promise.all([
    locatePupils(sessions, picture, meshes),
    correctLandmarks(sessions, landmarkSets, meshes),
  ]);
  return landmarkSets.map((landmarks68, index) =>
    landmarks27(landmarks68, meshes[index]!, pupils[index]!, shifts[index]!),
  );
}
