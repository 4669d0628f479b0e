/**
 * What the pipeline's networks say of faces with truth, for `fit.py`: one JSON line a face, and one for its mirror image.
 * Usage: node training/landmarks/collect.js FILE
 */
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder } from "../../bench/accuracy/dist/data-folder.js";
import { heldOut, readServiceAnswers } from "../../bench/accuracy/dist/face-geometry.js";
import { overlap } from "../../packages/vision/dist/boxes.js";
import { decodePicture } from "../../packages/vision/dist/decode.js";
import { detectFaces } from "../../packages/vision/dist/detector.js";
import { networkHeadPoses } from "../../packages/vision/dist/head-pose.js";
import { locateLandmarks } from "../../packages/vision/dist/locate-landmarks.js";
import { meshRegion, predictMeshes } from "../../packages/vision/dist/mesh-landmarks.js";
import { Sessions } from "../../packages/vision/dist/sessions.js";

const sessions = new Sessions();
const out = createWriteStream(process.argv[2]);

function mirrored({ data, width, height }) {
  const result = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        result[(y * width + x) * 3 + c] = data[(y * width + width - 1 - x) * 3 + c];
  return { data: result, width, height };
}

async function write(picture, near, row) {
  const face = (await detectFaces(sessions, picture, "detection_03"))
    .filter((box) => overlap(box, near) >= 0.3)
    .sort((a, b) => overlap(b, near) - overlap(a, near))[0];
  if (face === undefined) return;
  const landmarks = await locateLandmarks(sessions, picture, [face]);
  const [mesh] = await predictMeshes(sessions, picture, landmarks.map(meshRegion));
  const [network] = await networkHeadPoses(sessions, picture, landmarks);
  const round = (values) => Array.from(values, (value) => Math.round(value * 100) / 100);
  out.write(
    `${JSON.stringify({
      ...row,
      landmarks68: round(landmarks[0]),
      mesh: round(mesh.points),
      presence: mesh.presence,
      network: network.pose,
      angle: network.angle,
    })}\n`,
  );
}

async function both(picture, near, row, mirrorTruth) {
  await write(picture, near, { ...row, mirror: false });
  const { width } = picture;
  const flipped = { ...near, left: width - near.right, right: width - near.left };
  await write(mirrored(picture), flipped, { ...row, ...mirrorTruth(width), mirror: true });
}

/** Where each of the 68 points lies in the mirror image. */
const opposite = [
  ...Array.from({ length: 17 }, (_, i) => 16 - i),
  ...Array.from({ length: 10 }, (_, i) => 26 - i),
  ...[27, 28, 29, 30, 35, 34, 33, 32, 31, 45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40],
  ...[54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65],
];

const lines = (await readFile(join(dataFolder, "pose/truth.jsonl"), "utf8")).trim().split("\n");
for (const [index, line] of lines.entries()) {
  const truth = JSON.parse(line);
  const { picture, width } = await decodePicture(
    await readFile(join(dataFolder, "pose/images", truth.file)),
  );
  const scale = width / picture.width;
  const points = truth.landmarks68.map(([x, y]) => [x / scale, y / scale]);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const near = {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
  const { pitch, yaw, roll } = truth;
  // Yaw in the service's sign.
  const row = { kind: "pose", file: truth.file, index, points, pitch, yaw: -yaw, roll };
  await both(picture, near, row, (side) => ({
    points: opposite.map((from) => [side - points[from][0], points[from][1]]),
    yaw,
    roll: -roll,
  }));
  if (index % 50 === 0) console.log(`pose ${index}`);
}

const answers = (await readServiceAnswers()).filter(({ drawnMask }) => drawnMask === null);
for (const [index, answer] of answers.entries()) {
  const { picture } = await decodePicture(
    await readFile(join(dataFolder, "service-answers", answer.file)),
  );
  const { left, top, width, height } = answer.faceRectangle;
  await write(
    picture,
    { left, top, right: left + width, bottom: top + height },
    {
      kind: "plain",
      file: answer.file,
      held: heldOut(answer.file),
      ...answer.faceAttributes.headPose,
    },
  );
  if (index % 100 === 0) console.log(`plain ${index}`);
}
out.end();
