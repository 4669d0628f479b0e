/** Every model of Mien: one row each. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ModelCard, PackageSource } from "./model-card.js";

function faceplugin(file: string, sha256: string): PackageSource {
  return {
    kind: "package",
    package: "faceplugin-face-recognition-js",
    version: "0.0.1",
    files: { [`model/${file}`]: sha256 },
    licence: "MIT",
  };
}

export const modelCards: readonly ModelCard[] = [
  {
    key: "ultra",
    purpose: "face detection (UltraFace RFB)",
    source: faceplugin(
      "fr_detect.onnx",
      "6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854",
    ),
    sha256: "93649bef1c43b2feafee5a44d7f063d904bc4b806d52e7ea4afabe28b4b25efd",
    input: "input [1, 3, height, width] RGB, (x - 127) / 128; any height and width",
    output: "scores [1, priors, 2] softmax, face second; regressions [1, priors, 4] to the priors",
    accuracy: "npm run bench:accuracy",
  },
  {
    key: "landmark68",
    purpose: "68 landmarks (iBUG order)",
    source: faceplugin(
      "fr_landmark.onnx",
      "f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258",
    ),
    sha256: "42b9a39a38942d4796976e83af433a4d18fd298d927ef7f56d1f06b04b5eefe7",
    input: "input [batch, 1, 64, 64] grey / 256, square crop whose side is the box height",
    output: "landmarks [batch, 136] x, y pairs as fractions of the crop",
    accuracy: "npm run bench:accuracy",
  },
  {
    key: "pose",
    purpose: "head pose",
    source: faceplugin(
      "fr_pose.onnx",
      "72d032ec941b7153bf8d3f2c03a4c165453cc7e63d479041ec7c6ef087e5839d",
    ),
    sha256: "f3a8626f9161a9707c2d211bd8203a7e1f60e7a300969c09de63be084d0a6078",
    input:
      "input [batch, 3, 224, 224] RGB / 255, ImageNet mean and deviation; landmarks' extent + 25 %",
    output: "yaw, pitch, roll [batch, 66] bins of 3 degrees: angle = E[softmax] * 3 - 99",
    accuracy: "npm run bench:accuracy",
  },
  {
    key: "fr",
    purpose: "face embedding, 512 dimensions",
    source: faceplugin(
      "fr_feature.onnx",
      "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581",
    ),
    sha256: "def57bb8910d05b89fc6004034629dc7a059897c232ed88ec6569635b1c619a3",
    input: "input [batch, 3, 112, 112] RGB, (x - 127) / 128, five-point ArcFace crop",
    output: "embedding [batch, 512], not normalised",
    accuracy: "npm run bench:accuracy",
  },
];

/** @throws RangeError when no model has that key. */
export function modelCard(key: string): ModelCard {
  const card = modelCards.find((candidate) => candidate.key === key);
  if (card === undefined) throw new RangeError(`no model is called ${key}`);
  return card;
}

/** Absolute path of a model's ONNX file. */
export function modelPath(key: string): string {
  const folder = modelCard(key).source.kind === "own" ? "weights" : "onnx";
  return fileURLToPath(new URL(`../${folder}/${key}.onnx`, import.meta.url));
}

/**
 * Reads a model's file and checks it against the hash of its card.
 * @throws Error that names the command which mends it, when the file is absent or is not the one that was published.
 */
export async function readModel(key: string): Promise<Uint8Array> {
  const card = modelCard(key);
  const path = modelPath(key);
  let file: Uint8Array;
  try {
    file = await readFile(path);
  } catch (cause) {
    throw new Error(`model ${key} is not built (${path}): run \`npm run build\``, { cause });
  }
  const actual = createHash("sha256").update(file).digest("hex");
  if (actual !== card.sha256)
    throw new Error(
      `model ${key} is damaged (${path} has SHA-256 ${actual}, its card ${card.sha256}): ` +
        "delete it and run `npm run build`",
    );
  return file;
}
