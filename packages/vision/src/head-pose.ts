/** Head pose from a picture and 68 landmarks. */
import type { HeadPose } from "./analysis.js";
import { squareCrop } from "./affine.js";
import { eyeRoll, landmarkExtent } from "./face-geometry.js";
import type { RgbPicture } from "./rgb-picture.js";
import { batches, floats, type Sessions } from "./sessions.js";
import { planarRgb, warpRgb } from "./warp.js";

const inputSide = 224;
const bins = 66;
/** The network's crop is the landmarks' extent with a quarter more on each side; half more breaks yaw. */
const margin = 0.25;
const mean = [0.485 * 255, 0.456 * 255, 0.406 * 255] as const;
const scale = [1 / (0.229 * 255), 1 / (0.224 * 255), 1 / (0.225 * 255)] as const;

/** Corrections to the service's zero, degrees: medians of the difference to the service's own answers. */
const pitchOffset = 4.1;
const yawOffset = -2.5;

/** Degrees in the service's signs: roll clockwise, yaw towards image right, pitch up. */
export async function estimateHeadPoses(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
): Promise<HeadPose[]> {
  const poses: HeadPose[] = [];
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
        pitch: expectedAngle(pitch!, i) + pitchOffset,
        yaw: -expectedAngle(yaw!, i) + yawOffset,
        roll: halfTurn(expectedAngle(roll!, i) + (angle * 180) / Math.PI),
      });
    });
  }
  return poses;
}

/** Expectation over the softmax of one face's bins, degrees. */
function expectedAngle(logits: Float32Array, face: number): number {
  const own = logits.subarray(face * bins, (face + 1) * bins);
  const highest = own.reduce((a, b) => Math.max(a, b), -Infinity);
  let total = 0;
  let sum = 0;
  own.forEach((logit, index) => {
    const weight = Math.exp(logit - highest);
    total += weight;
    sum += weight * index;
  });
  return (sum / total) * 3 - 99;
}

/** Brings degrees to -180..180. */
function halfTurn(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180;
}
