import type { HeadPose, LandmarkCoordinate } from "./results.js";

/**
 * Where the ends of the head's own axes fall in the picture, as offsets from their common origin: `right` towards the
 * viewer's right, `up` towards the crown, `forward` out of the face.
 */
export interface HeadPoseAxes {
  right: LandmarkCoordinate;
  up: LandmarkCoordinate;
  forward: LandmarkCoordinate;
}

/**
 * Projects the axes of a head onto the picture, without perspective. The angles have the contract's signs: positive
 * pitch looks up, positive yaw turns towards the picture's right edge, positive roll is clockwise.
 * @param length of each axis before projection, pixels.
 */
export function headPoseAxes(pose: HeadPose, length: number): HeadPoseAxes {
  const [pitch, yaw, roll] = [pose.pitch, pose.yaw, pose.roll].map(
    (degrees) => (degrees * Math.PI) / 180,
  ) as [number, number, number];

  // x to the right, y down, z towards the viewer. The order of the service, roll, yaw, pitch, about the head's own
  // axes is pitch, yaw, roll about those of the picture.
  function project(x: number, y: number, z: number): LandmarkCoordinate {
    const pitchedY = y * Math.cos(pitch) - z * Math.sin(pitch);
    const pitchedZ = y * Math.sin(pitch) + z * Math.cos(pitch);
    const turnedX = x * Math.cos(yaw) + pitchedZ * Math.sin(yaw);
    return {
      x: length * (turnedX * Math.cos(roll) - pitchedY * Math.sin(roll)),
      y: length * (turnedX * Math.sin(roll) + pitchedY * Math.cos(roll)),
    };
  }
  return { right: project(1, 0, 0), up: project(0, -1, 0), forward: project(0, 0, 1) };
}
