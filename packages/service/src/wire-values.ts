/** Values as the service writes them: landmarks and angles with one decimal; shares come with their two. */
import { landmarkNames } from "@mien/contract/names";
import type { FaceAttributes, FaceLandmarks } from "@mien/contract/results";
import type { FaceAttributes as SeenAttributes, Point } from "@mien/vision/analysis";

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

/**
 * The 27 landmarks in the order of the wire, pixels of the upright picture with one decimal.
 * @throws TypeError when one of the 27 is missing.
 */
export function wireLandmarks(points: Readonly<Record<string, Point>>): FaceLandmarks {
  return Object.fromEntries(
    landmarkNames.map((name) => {
      const point = points[name];
      if (point === undefined) throw new TypeError(`landmark ${name} is missing`);
      return [name, { x: tenth(point.x), y: tenth(point.y) }];
    }),
  ) as FaceLandmarks;
}

/** Attributes as they travel: angles with one decimal, all others as they are. */
export function wireAttributes(seen: SeenAttributes): FaceAttributes {
  const { headPose, ...others } = seen;
  return {
    ...(headPose === undefined
      ? {}
      : {
          headPose: {
            pitch: tenth(headPose.pitch),
            roll: tenth(headPose.roll),
            yaw: tenth(headPose.yaw),
          },
        }),
    ...others,
  };
}
