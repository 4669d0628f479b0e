/** Each converted model computes what the package's own file computes. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { readModel } from "../registry.js";

const require = createRequire(import.meta.url);

async function original(file: string): Promise<ort.InferenceSession> {
  const manifest = require.resolve("faceplugin-face-recognition-js/package.json");
  return ort.InferenceSession.create(
    await readFile(manifest.replace("package.json", `model/${file}`)),
  );
}

/** Values that fill the input's usual range; the same for every run. */
function samples(count: number, low: number, high: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return low + (state / 0x7fffffff) * (high - low);
  });
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

describe.each([
  {
    key: "landmark68",
    file: "fr_landmark.onnx",
    shape: [1, 64, 64],
    names: [["landmarks", "output"]],
  },
  {
    key: "pose",
    file: "fr_pose.onnx",
    shape: [3, 224, 224],
    names: [
      ["yaw", "output"],
      ["pitch", "617"],
      ["roll", "618"],
    ],
  },
  { key: "fr", file: "fr_feature.onnx", shape: [3, 112, 112], names: [["embedding", "output"]] },
])("$key", ({ key, file, shape, names }) => {
  it("gives a batch of two what the original gives one by one", async () => {
    const converted = await ort.InferenceSession.create(await readModel(key));
    const reference = await original(file);
    const size = shape.reduce((product, side) => product * side, 1);
    const faces = [samples(size, -1, 1, 1), samples(size, -1, 1, 2)];
    const batch = new Float32Array(size * 2);
    faces.forEach((face, index) => batch.set(face, index * size));
    const got = await converted.run({ input: new ort.Tensor("float32", batch, [2, ...shape]) });
    for (const [index, face] of faces.entries()) {
      const want = await reference.run({ input: new ort.Tensor("float32", face, [1, ...shape]) });
      for (const [name, referenceName] of names as [string, string][]) {
        const expected = want[referenceName]!.data as Float32Array;
        const length = expected.length;
        const actual = (got[name]!.data as Float32Array).subarray(
          index * length,
          (index + 1) * length,
        );
        const scale = Math.max(...expected.map(Math.abs));
        expect(largestDifference(actual, expected) / scale).toBeLessThan(1e-4);
      }
    }
  });
});

describe("ultra", () => {
  it("scores a picture of the original's size as the original does, and takes other sizes", async () => {
    const converted = await ort.InferenceSession.create(await readModel("ultra"));
    const reference = await original("fr_detect.onnx");
    const input = new ort.Tensor("float32", samples(3 * 240 * 320, -1, 1, 3), [1, 3, 240, 320]);
    const got = await converted.run({ input });
    const want = await reference.run({ input });
    expect(got["regressions"]!.dims).toEqual([1, 4420, 4]);
    expect(
      largestDifference(got["scores"]!.data as Float32Array, want["scores"]!.data as Float32Array),
    ).toBeLessThan(1e-5);
    const larger = await converted.run({
      input: new ort.Tensor("float32", samples(3 * 480 * 640, -1, 1, 3), [1, 3, 480, 640]),
    });
    const cells = [8, 16, 32, 64].map(
      (stride) => Math.ceil(640 / stride) * Math.ceil(480 / stride),
    );
    const priors = cells[0]! * 3 + cells[1]! * 2 + cells[2]! * 2 + cells[3]! * 3;
    expect(larger["scores"]!.dims).toEqual([1, priors, 2]);
    expect(larger["regressions"]!.dims).toEqual([1, priors, 4]);
  });
});
