/** The six photographs through Mien and through its peers on their Node backends: the same pictures, the same cores. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { detectQuery, parameterSets } from "./parameter-sets.js";
import { photographs } from "./pictures.js";
import { type Comparison, compare, record } from "./rounds.js";
import { serve } from "./served.js";

export interface PeerRow {
  readonly name: string;
  readonly faces: number;
  /** Milliseconds a photograph: medians of the rounds, over the six. */
  readonly median: number;
  readonly minimum: number;
  /** How many times the time of Mien's recognition_04: medians of the rounds, over the six. */
  readonly toRecognition04: number;
  /** The same over that of recognition_03, as the quotient of both means. */
  readonly toRecognition03: number;
}

export interface PeersReport {
  readonly rounds: number;
  readonly rows: readonly PeerRow[];
}

/** Faces that a way of looking finds in one file. */
type Look = (file: Buffer) => Promise<number>;

const require = createRequire(fileURLToPath(new URL("../peers/package.json", import.meta.url)));

interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor3d(values: Uint8Array, shape: [number, number, number], type: "int32"): { dispose(): void };
}

async function rgb(file: Buffer) {
  const { data, info } = await sharp(file)
    .autoOrient()
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, shape: [info.height, info.width, 3] as [number, number, number] };
}

/** Detector, 68 landmarks and descriptor, as its own examples call it. */
async function faceApi(tf: TensorFlow): Promise<Look> {
  const api = require("@vladmandic/face-api/dist/face-api.node-wasm.js") as {
    readonly nets: Record<string, { loadFromDisk(folder: string): Promise<void> }>;
    readonly SsdMobilenetv1Options: new (options: object) => object;
    detectAllFaces(
      input: object,
      options: object,
    ): { withFaceLandmarks(): { withFaceDescriptors(): PromiseLike<readonly object[]> } };
  };
  const folder = join(dirname(require.resolve("@vladmandic/face-api/package.json")), "model");
  for (const net of ["ssdMobilenetv1", "faceLandmark68Net", "faceRecognitionNet"])
    await api.nets[net]!.loadFromDisk(folder);
  const options = new api.SsdMobilenetv1Options({ minConfidence: 0.5, maxResults: 100 });
  return async (file) => {
    const { data, shape } = await rgb(file);
    const tensor = tf.tensor3d(data, shape, "int32");
    try {
      return (await api.detectAllFaces(tensor, options).withFaceLandmarks().withFaceDescriptors())
        .length;
    } finally {
      tensor.dispose();
    }
  };
}

/** human reads its models by fetch, which Node has no `file:` for. */
function fetchFiles(): void {
  const overNetwork = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    if (!url.startsWith("file:")) return overNetwork(input, init);
    const type = url.endsWith(".json") ? "application/json" : "application/octet-stream";
    const body = Uint8Array.from(await readFile(fileURLToPath(url)));
    return new Response(body, { headers: { "content-type": type } });
  };
}

/** Detector, mesh, iris and description; nothing of bodies, hands or emotions. */
async function human(tf: TensorFlow): Promise<Look> {
  // By path: its list of exports names the file in a way that Node does not follow.
  const packageFolder = fileURLToPath(
    new URL("../peers/node_modules/@vladmandic/human/", import.meta.url),
  );
  const { Human } = require(join(packageFolder, "dist/human.node-wasm.js")) as {
    readonly Human: new (configuration: object) => {
      load(): Promise<void>;
      detect(input: object): Promise<{ readonly face: readonly object[] }>;
    };
  };
  const folder = join(packageFolder, "models");
  fetchFiles();
  const own = new Human({
    backend: "wasm",
    modelBasePath: `file://${folder}/`,
    wasmPath: wasmFolder(),
    cacheSensitivity: 0,
    filter: { enabled: false },
    gesture: { enabled: false },
    body: { enabled: false },
    hand: { enabled: false },
    object: { enabled: false },
    face: { detector: { maxDetected: 100 }, emotion: { enabled: false } },
  });
  await own.load();
  return async (file) => {
    const { data, shape } = await rgb(file);
    const tensor = tf.tensor3d(data, shape, "int32");
    try {
      return (await own.detect(tensor)).face.length;
    } finally {
      tensor.dispose();
    }
  };
}

function wasmFolder(): string {
  return `${join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist")}/`;
}

export async function measurePeers(rounds = 3): Promise<PeersReport> {
  const tf = require("@tensorflow/tfjs") as TensorFlow;
  const wasm = require("@tensorflow/tfjs-backend-wasm") as { setWasmPaths(folder: string): void };
  wasm.setWasmPaths(wasmFolder());
  await tf.setBackend("wasm");
  await tf.ready();
  const server = await serve();
  const mien =
    (set: keyof typeof parameterSets): Look =>
    async (file) =>
      ((await server.post(`detect?${detectQuery(parameterSets[set])}`, file)) as object[]).length;
  const looks: Record<string, Look> = {
    "Mien, recognition_04": mien("detection_03, recognition_04, landmarks"),
    "Mien, recognition_03": mien("detection_03, recognition_03, landmarks"),
    "face-api 1.7.15 (wasm)": await faceApi(tf),
  };
  try {
    looks["human 3.3.6 (wasm)"] = await human(tf);
  } catch (error) {
    process.stderr.write(`  human does not start here: ${String(error)}\n`);
  }
  const names = Object.keys(looks);
  const files = await photographs();
  const faces = record(names, () => 0);
  const results: Comparison[] = [];
  try {
    for (const file of files) {
      for (const name of names) faces[name]! += await looks[name]!(file);
      results.push(
        await compare(
          record(names, (name) => () => looks[name]!(file)),
          names[0]!,
          rounds,
        ),
      );
      process.stderr.write(`  ${results.length} of ${files.length} photographs\n`);
    }
  } finally {
    await server.close();
  }
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    rounds,
    rows: names.map((name) => {
      const toFirst = mean(results.map(({ ratios }) => ratios[name]!));
      return {
        name,
        faces: faces[name]!,
        median: mean(results.map(({ timings }) => timings[name]!.median)),
        minimum: mean(results.map(({ timings }) => timings[name]!.minimum)),
        toRecognition04: toFirst,
        toRecognition03: toFirst / mean(results.map(({ ratios }) => ratios[names[1]!]!)),
      };
    }),
  };
}
