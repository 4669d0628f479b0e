/** Each converted model computes what the package's own file computes. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { readModel } from "../registry.js";
import { floatValues, readOnnx } from "./onnx-format.js";
import { packageFolder } from "./package-folder.js";
import { relativeDifference, samples } from "./test-samples.js";
import tfliteReference from "./tflite-reference.json" with { type: "json" };

const require = createRequire(import.meta.url);

async function original(file: string): Promise<ort.InferenceSession> {
  const manifest = require.resolve("faceplugin-face-recognition-js/package.json");
  return ort.InferenceSession.create(
    await readFile(manifest.replace("package.json", `model/${file}`)),
  );
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
        expect(relativeDifference(actual, expected)).toBeLessThan(1e-4);
      }
    }
  });
});

/** Samples of -1 to 1 as bytes. */
function bytesOf(values: Float32Array): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(127.5 + 127.5 * value));
}

describe("ultra", () => {
  it("scores a picture of the original's size as the original does, and takes other sizes", async () => {
    const converted = await ort.InferenceSession.create(await readModel("ultra"));
    const reference = await original("fr_detect.onnx");
    const bytes = bytesOf(samples(3 * 240 * 320, -1, 1, 3));
    const got = await converted.run({ picture: new ort.Tensor("uint8", bytes, [1, 240, 320, 3]) });
    const plane = 240 * 320;
    const planar = Float32Array.from(bytes, (_, at) => {
      const byte = bytes[(at % plane) * 3 + Math.floor(at / plane)]!;
      return (byte - 127) / 128;
    });
    const want = await reference.run({
      input: new ort.Tensor("float32", planar, [1, 3, 240, 320]),
    });
    expect(got["regressions"]!.dims).toEqual([1, 4420, 4]);
    expect(
      relativeDifference(got["scores"]!.data as Float32Array, want["scores"]!.data as Float32Array),
    ).toBeLessThan(1e-5);
    const larger = await converted.run({
      picture: new ort.Tensor("uint8", bytesOf(samples(3 * 480 * 640, -1, 1, 3)), [1, 480, 640, 3]),
    });
    const cells = [8, 16, 32, 64].map(
      (stride) => Math.ceil(640 / stride) * Math.ceil(480 / stride),
    );
    const priors = cells[0]! * 3 + cells[1]! * 2 + cells[2]! * 2 + cells[3]! * 3;
    expect(larger["scores"]!.dims).toEqual([1, priors, 2]);
    expect(larger["regressions"]!.dims).toEqual([1, priors, 4]);
  });
});

describe("pnet", () => {
  it("gives for the windows of two small pictures what TensorFlow Lite gave, columns as rows", async () => {
    const side = 24;
    const planar = samples(3 * side * side, -1, 1, 7);
    // What is recorded saw floats; the nearest bytes move its answers a little.
    const bytes = Uint8Array.from({ length: planar.length * 2 }, (_, at) => {
      const [pixel, channel] = [Math.floor(at / 3) % (side * side), at % 3];
      const [x, y] = [pixel % side, Math.floor(pixel / side)];
      const value = planar[channel * side * side + x * side + y]!;
      return Math.round(value * 128 + 127.5);
    });
    const converted = await ort.InferenceSession.create(await readModel("pnet"));
    const got = await converted.run({
      picture: new ort.Tensor("uint8", bytes, [2, side, side, 3]),
    });
    const along = (side - 12) / 2 + 1;
    expect(got["windows"]!.dims).toEqual([2, 5, along, along]);
    const values = got["windows"]!.data as Float32Array;
    for (const picture of [0, 1]) {
      // The recorded windows run down the columns.
      const value = (plane: number, index: number): number =>
        values[
          ((picture * 5 + plane) * along + (index % along)) * along + Math.floor(index / along)
        ]!;
      const windows = Array.from({ length: along * along }, (_, index) => index);
      const scores = windows.flatMap((index) => {
        const score = 1 / (1 + Math.exp(-value(0, index)));
        return [1 - score, score];
      });
      const regressions = windows.flatMap((index) => [1, 2, 3, 4].map((k) => value(k, index)));
      const { pnet } = tfliteReference;
      expect(relativeDifference(Float32Array.from(scores), pnet.scores)).toBeLessThan(0.02);
      expect(relativeDifference(Float32Array.from(regressions), pnet.regressions)).toBeLessThan(
        0.02,
      );
    }
  });
});

describe.each([
  { key: "rnet", side: 24, low: -1 },
  { key: "onet", side: 48, low: -1 },
  { key: "mfn", side: 112, low: -1 },
  { key: "mesh", side: 192, low: 0 },
] as const)("$key", ({ key, side, low }) => {
  it("gives for both faces of a batch what TensorFlow Lite gave", async () => {
    const converted = await ort.InferenceSession.create(await readModel(key));
    const face = samples(3 * side * side, low, 1, 7);
    const batch = Float32Array.from([...face, ...face]);
    const got = await converted.run({
      input: new ort.Tensor("float32", batch, [2, 3, side, side]),
    });
    for (const [name, expected] of Object.entries<number[]>(tfliteReference[key])) {
      const values = got[name]!.data as Float32Array;
      expect(relativeDifference(values.slice(0, expected.length), expected)).toBeLessThan(1e-4);
      expect(relativeDifference(values.slice(expected.length), expected)).toBeLessThan(1e-4);
    }
  });
});

describe("onet's features", () => {
  it("are what TensorFlow Lite's regressions were computed from", async () => {
    const file = await readModel("onet");
    const face = samples(3 * 48 * 48, -1, 1, 7);
    const converted = await ort.InferenceSession.create(file);
    const got = await converted.run({ input: new ort.Tensor("float32", face, [1, 3, 48, 48]) });
    const features = got["features"]!.data as Float32Array;
    const { node, initializer } = readOnnx(file).graph;
    const producer = (output: string) => node.find((each) => each.output.includes(output))!;
    const layer = producer(producer("regressions").input[0]!);
    const [weights, bias] = layer.input
      .slice(1)
      .map((name) => floatValues(initializer.find((tensor) => tensor.name === name)!));
    const regressions = tfliteReference.onet.regressions.map((_, k) =>
      features.reduce(
        (sum, feature, i) => sum + feature * weights![k * features.length + i]!,
        bias![k]!,
      ),
    );
    expect(features).toHaveLength(256);
    expect(
      relativeDifference(Float32Array.from(regressions), tfliteReference.onet.regressions),
    ).toBeLessThan(1e-4);
  });
});

describe("TensorFlow.js", () => {
  const side = { faceres: 224, iris: 64, body: 192, dlib: 150 };

  function channelsLast(planar: Float32Array, size: number): Float32Array {
    const plane = size * size;
    return planar.map((_, at) => planar[(at % 3) * plane + Math.floor(at / 3)]!);
  }

  async function converted(key: string, input: Float32Array, size: number) {
    const session = await ort.InferenceSession.create(await readModel(key));
    return session.run({ input: new ort.Tensor("float32", input, [1, 3, size, size]) });
  }

  it.each([
    {
      key: "faceres" as const,
      high: 255,
      outputs: {
        "global_pooling/Mean": "embedding",
        "feats/Relu": "features",
        "age_pred/Softmax": "age",
      },
    },
    { key: "iris" as const, high: 1, outputs: { Identity: "points" } },
    {
      key: "body" as const,
      file: "movenet-lightning",
      high: 255,
      placeholder: "input:0",
      kind: "int32" as const,
      outputs: { "StatefulPartitionedCall/kpt_heatmap_0/conv2d_5/BiasAdd": "joints" },
    },
  ])("$key gives what TensorFlow.js gives", async (network) => {
    const { key, high, outputs } = network;
    const { file = key, placeholder = "input_1", kind = "float32" } = { ...network };
    const { tf } = await tensorFlowJs();
    const folder = `${await packageFolder("@vladmandic/human")}/models`;
    const model = JSON.parse(await readFile(`${folder}/${file}.json`, "utf8")) as GraphModelFile;
    const reference = await tf.loadGraphModel({
      load: async () => ({
        modelTopology: model.modelTopology,
        weightSpecs: model.weightsManifest.flatMap(({ weights }) => weights),
        weightData: Uint8Array.from(await readFile(`${folder}/${file}.bin`)).buffer,
      }),
    });
    const size = side[key];
    const drawn = samples(3 * size * size, 0, high, 7);
    const input = kind === "int32" ? drawn.map(Math.round) : drawn;
    const got = await converted(key, input, size);
    for (const [node, name] of Object.entries(outputs)) {
      const picture = tf.tensor(channelsLast(input, size), [1, size, size, 3], kind);
      const want = reference.execute({ [placeholder]: picture }, node).dataSync();
      expect(relativeDifference(got[name]!.data as Float32Array, want)).toBeLessThan(1e-4);
    }
  });

  it("dlib gives what face-api gives", async () => {
    const { tf, FaceRecognitionNet } = await tensorFlowJs();
    const file = `${await packageFolder("@vladmandic/face-api")}/model/face_recognition_model`;
    const manifest = JSON.parse(
      await readFile(`${file}-weights_manifest.json`, "utf8"),
    ) as GraphModelFile["weightsManifest"];
    const network = new FaceRecognitionNet();
    network.loadFromWeightMap(
      tf.io.decodeWeights(
        Uint8Array.from(await readFile(`${file}.bin`)).buffer,
        manifest.flatMap(({ weights }) => weights),
      ),
    );
    const size = side.dlib;
    const input = samples(3 * size * size, 0, 255, 7).map(Math.round);
    const mean = [122.782, 117.001, 104.298];
    const normalised = input.map(
      (value, at) => (value - mean[Math.floor(at / size / size)]!) / 255,
    );
    const got = await converted("dlib", normalised, size);
    const picture = tf.tensor(channelsLast(input, size), [size, size, 3]);
    const want = await network.computeFaceDescriptor(picture);
    expect(relativeDifference(got["embedding"]!.data as Float32Array, want)).toBeLessThan(1e-4);
  });
});

interface GraphModelFile {
  readonly modelTopology: unknown;
  readonly weightsManifest: readonly { readonly weights: readonly unknown[] }[];
}

interface ReferenceTensor {
  dataSync(): Float32Array;
}

/** What the tests use of face-api's own TensorFlow.js. */
interface Reference {
  readonly tf: {
    setBackend(name: string): Promise<boolean>;
    tensor(values: Float32Array, shape: readonly number[], kind?: string): ReferenceTensor;
    loadGraphModel(handler: {
      load: () => Promise<unknown>;
    }): Promise<{ execute(input: Record<string, ReferenceTensor>, node: string): ReferenceTensor }>;
    readonly io: { decodeWeights(data: ArrayBuffer, specs: readonly unknown[]): unknown };
  };
  readonly FaceRecognitionNet: new () => {
    loadFromWeightMap(weights: unknown): void;
    computeFaceDescriptor(picture: ReferenceTensor): Promise<Float32Array>;
  };
}

/** The package's browser build, on its plain JavaScript backend; it looks for a browser's globals as it loads. */
async function tensorFlowJs(): Promise<Reference> {
  const document = { createElement: () => ({ getContext: () => null }) };
  Object.assign(globalThis, { window: { document, location: { search: "" } }, document });
  const folder = await packageFolder("@vladmandic/face-api");
  const reference = (await import(`${folder}/dist/face-api.esm.js`)) as Reference;
  await reference.tf.setBackend("cpu");
  return reference;
}
