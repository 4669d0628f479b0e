/** Head pose from a picture, 68 landmarks and the face mesh. */
import type { HeadPose } from "./analysis.js";
import { squareCrop } from "./affine.js";
import { eyeRoll, landmarkExtent } from "./face-geometry.js";
import { dotProduct } from "./dot-product.js";
import { type Mesh, sharedMeshes } from "./mesh-landmarks.js";
import { meshRotation } from "./mesh-rotation.js";
import { poseGeometry, poseRegression } from "./pose-regression.js";
import type { RgbPicture } from "./rgb-picture.js";
import { batches, floats, type Sessions } from "./sessions.js";
import { planarRgb, warpRgb } from "./warp.js";

const inputSide = 224;
const bins = 66;
/** The network's crop is the landmarks' extent with a quarter more on each side; half more breaks yaw. */
const margin = 0.25;
const mean = [0.485 * 255, 0.456 * 255, 0.406 * 255] as const;
const scale = [1 / (0.229 * 255), 1 / (0.224 * 255), 1 / (0.225 * 255)] as const;

/**
 * Of a face whose profile is seen, degrees of yaw: the landmarks' geometry says less and less between the two, and the
 * network alone speaks beyond them.
 */
const profile = { from: 40, to: 60 };
/** The network's own zero against the service's, degrees: medians of the difference to the service's answers. */
const networkOffset = { pitch: 4.1, yaw: -2.5, roll: 0 };

/** What the network alone says of a face that was levelled for it. */
export interface NetworkPose {
  /** Degrees in the service's signs, before {@link NetworkPose.angle} is added to the roll. */
  readonly pose: HeadPose;
  /** Radians, clockwise, by which the face was levelled. */
  readonly angle: number;
}

/** Degrees in the service's signs: roll clockwise, yaw towards image right, pitch up. */
export async function estimateHeadPoses(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
  askMeshes = sharedMeshes(sessions, picture, landmarkSets),
): Promise<HeadPose[]> {
  const [seen, meshes] = await Promise.all([
    networkHeadPoses(sessions, picture, landmarkSets),
    askMeshes(),
  ]);
  return seen.map((network, index) => corrected(network, landmarkSets[index]!, meshes[index]!));
}

/** The network's angles for each face, uncorrected. */
export async function networkHeadPoses(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
): Promise<NetworkPose[]> {
  const poses: NetworkPose[] = [];
  const crop = new Uint8Array(inputSide * inputSide * 3);
  const plane = inputSide * inputSide * 3;
  for (const [first, size] of batches(landmarkSets.length)) {
    const input = new Float32Array(size * plane);
    const angles: number[] = [];
    for (let i = 0; i < size; i++) {
      const landmarks = landmarkSets[first + i]!;
      // Beyond what the network was trained on, the head is levelled first and its roll added again.
      const roll = eyeRoll(landmarks);
      const angle = Math.abs(roll) > Math.PI / 6 ? roll : 0;
      const extent = landmarkExtent(landmarks, angle);
      const side = Math.max(extent.width, extent.height) * (1 + 2 * margin);
      warpRgb(picture, squareCrop(extent.center, side, angle, inputSide), inputSide, crop);
      planarRgb(crop, mean, scale, input, i * plane);
      angles.push(angle);
    }
    const outputs = await sessions.run("pose", input, [size, 3, inputSide, inputSide]);
    const [yaw, pitch, roll] = ["yaw", "pitch", "roll"].map((name) => floats(outputs, name));
    angles.forEach((angle, i) => {
      poses.push({
        pose: {
          pitch: expectedAngle(pitch!, i),
          yaw: -expectedAngle(yaw!, i),
          roll: expectedAngle(roll!, i),
        },
        angle,
      });
    });
  }
  return poses;
}

/** Expectation over the softmax of one face's bins, degrees. */
function expectedAngle(logits: Float32Array, face: number): number {
  const own = logits.subarray(face * bins, (face + 1) * bins);
  let highest = -Infinity;
  for (const logit of own) highest = Math.max(highest, logit);
  let total = 0;
  let sum = 0;
  for (let bin = 0; bin < bins; bin++) {
    const weight = Math.exp(own[bin]! - highest);
    total += weight;
    sum += weight * bin;
  }
  return (sum / total) * 3 - 99;
}

/** What the network, the landmarks and the mesh say together. */
function corrected(
  { pose: network, angle }: NetworkPose,
  landmarks: Float32Array,
  mesh: Mesh,
): HeadPose {
  const levelled = (angle * 180) / Math.PI;
  const rotation = meshRotation(mesh, angle);
  const alone = {
    pitch: network.pitch + networkOffset.pitch,
    yaw: network.yaw + networkOffset.yaw,
    roll: network.roll + networkOffset.roll,
  };
  const share = Math.min(
    1,
    Math.max(0, (Math.abs(network.yaw) - profile.from) / (profile.to - profile.from)),
  );
  if (rotation === undefined || share === 1)
    return { ...alone, roll: halfTurn(alone.roll + levelled) };
  const [eyes, ...geometry] = poseGeometry(landmarks);
  const inputs = [
    1,
    ...[network.pitch, network.yaw, network.roll],
    ...[halfTurn(eyes! - levelled), ...geometry],
    ...[rotation.pitch, rotation.yaw, rotation.roll],
  ];
  const together = (1 - share) * dotProduct(poseRegression.roll, inputs) + share * alone.roll;
  return {
    pitch: (1 - share) * dotProduct(poseRegression.pitch, inputs) + share * alone.pitch,
    yaw: (1 - share) * dotProduct(poseRegression.yaw, inputs) + share * alone.yaw,
    roll: halfTurn(together + levelled),
  };
}

/** Brings degrees to -180..180. */
function halfTurn(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180;
}
