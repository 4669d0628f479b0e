/** Each change for speed against what it replaced, or was to replace: pairs of runs in one process. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { groupFaces } from "@mien/gallery/grouping";
import { matchLogit } from "@mien/gallery/matching";
import { readModel } from "@mien/models/registry";
import { squareCrop } from "@mien/vision/affine";
import { decodePicture } from "@mien/vision/decode";
import { DecoderProcess } from "@mien/vision/decoder-process";
import { createFaceAnalyzer } from "@mien/vision/face-analyzer";
import { analyzePicture } from "@mien/vision/pipeline";
import { recognitionCalibration } from "@mien/vision/recognition-models";
import { warpKernel } from "@mien/vision/warp-kernel";
import { warpPlainly } from "@mien/vision/warp-plainly";
import * as ort from "onnxruntime-node";
import sharp from "sharp";
import { Sessions } from "@mien/vision/sessions";
import { parameterSets } from "./parameter-sets.js";
import { photographs, scene, type SceneSize } from "./pictures.js";
import { type Contestants, compare } from "./rounds.js";

export interface ChangeRow {
  readonly change: string;
  readonly before: string;
  readonly after: string;
  readonly kept: boolean;
  /** Time after over time before, in the same round: median. */
  readonly ratio: number;
  /** Milliseconds, medians. */
  readonly beforeTime: number;
  readonly afterTime: number;
}

interface Change {
  readonly change: string;
  readonly before: string;
  readonly after: string;
  readonly kept: boolean;
  readonly prepare: () => Promise<Contestants & { done?: never }>;
  readonly rounds?: number;
}

const options: ort.InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  extra: { session: { set_denormal_as_zero: "1" } },
};

function noise(length: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

async function session(
  model: Uint8Array,
  shape: readonly number[],
  changed: ort.InferenceSession.SessionOptions = {},
): Promise<() => Promise<unknown>> {
  const opened = await ort.InferenceSession.create(model, { ...options, ...changed });
  const data = noise(shape.reduce((product, size) => product * size, 1));
  return () => opened.run({ [opened.inputNames[0]!]: new ort.Tensor("float32", data, shape) });
}

const face = [1, 3, 112, 112];
const faces = [4, 3, 112, 112];

/** The price of safety: a whole request that asks for as little as can be, so that decoding is much of it. */
function decoderOfItsOwn(size: SceneSize): Change {
  return {
    change: `a process that decodes, ${size}`,
    before: "the worker's own thread decodes",
    after: "a process decodes, memory is shared",
    kept: true,
    async prepare() {
      const file = await scene(size, 5);
      const sessions = new Sessions();
      const decoder = new DecoderProcess(60_000);
      await decoder.ready();
      closers.push(() => decoder.end());
      const set = parameterSets["detection_03, rectangles only"];
      const decode = (bytes: Uint8Array) => decoder.decode(bytes);
      return {
        before: () => analyzePicture(sessions, file, set),
        after: () => analyzePicture(sessions, file, set, decode),
      };
    },
    rounds: 51,
  };
}

const changes: readonly Change[] = [
  {
    change: "PRelu as Relu and depthwise convolutions",
    before: "fr as its package publishes it",
    after: "fr as Mien builds it",
    kept: true,
    async prepare() {
      const require = createRequire(import.meta.url);
      const folder = dirname(require.resolve("faceplugin-face-recognition-js/package.json"));
      return {
        before: await session(await readFile(join(folder, "model/fr_feature.onnx")), face),
        after: await session(await readModel("fr"), face),
      };
    },
  },
  {
    change: "crops with vector instructions",
    before: "a loop in TypeScript",
    after: "the same loop in AssemblyScript",
    kept: true,
    async prepare() {
      const { picture } = await decodePicture((await photographs())[0]!);
      const map = squareCrop({ x: 700, y: 700 }, 400, 0.1, 192);
      const crop = new Uint8Array(192 * 192 * 3);
      const many = (warp: typeof warpPlainly) => (): Promise<void> => {
        for (let turn = 0; turn < 10; turn++) warp(picture, map, 192, 2, crop);
        return Promise.resolve();
      };
      return { before: many(warpPlainly), after: many(warpKernel) };
    },
  },
  {
    change: "crops by libvips",
    before: "the loop in AssemblyScript",
    after: "extract, affine and resize of sharp",
    kept: false,
    async prepare() {
      const { picture } = await decodePicture((await photographs())[0]!);
      const map = squareCrop({ x: 700, y: 700 }, 400, 0.1, 192);
      const crop = new Uint8Array(192 * 192 * 3);
      return {
        before: () => Promise.resolve(warpKernel(picture, map, 192, 2, crop)),
        after: () =>
          sharp(picture.data, {
            raw: { width: picture.width, height: picture.height, channels: 3 },
          })
            .extract({ left: 450, top: 450, width: 500, height: 500 })
            .rotate(-5.7)
            .resize(192, 192, { kernel: "linear" })
            .raw()
            .toBuffer(),
      };
    },
  },
  {
    change: "grouping 1000 faces",
    before: "dot products in TypeScript, without the clustering",
    after: "packed vectors, vector instructions, with the clustering",
    kept: true,
    prepare() {
      const calibration = recognitionCalibration("recognition_04");
      const length = calibration.parts.reduce((sum, part) => sum + part.length, 0);
      const embeddings = Array.from({ length: 1000 }, (_, own) =>
        Float32Array.from({ length }, (_, i) => Math.sin(own * 7 + i * 1.3) / 17),
      );
      return Promise.resolve({
        before: () => {
          let sum = 0;
          for (let i = 0; i < 1000; i++)
            for (let j = i + 1; j < 1000; j++)
              sum += matchLogit(embeddings[i]!, embeddings[j]!, calibration);
          return Promise.resolve(sum);
        },
        after: () => Promise.resolve(groupFaces(embeddings, calibration)),
      });
    },
  },
  {
    change: "idle workers help the one request that runs",
    before: "one worker",
    after: "two workers",
    kept: true,
    async prepare() {
      const file = (await photographs())[3]!;
      const pools = [1, 2].map((workers) => createFaceAnalyzer({ workers }));
      await Promise.all(pools.map((pool) => pool.ready()));
      closers.push(...pools.map((pool) => () => pool.close()));
      const set = parameterSets["detection_03, recognition_04, landmarks"];
      return {
        before: () => pools[0]!.analyze(Uint8Array.from(file), set),
        after: () => pools[1]!.analyze(Uint8Array.from(file), set),
      };
    },
    rounds: 15,
  },
  {
    change: "threads inside one network",
    before: "one thread",
    after: "two threads",
    kept: false,
    async prepare() {
      const model = await readModel("fr");
      return {
        before: await session(model, faces),
        after: await session(model, faces, { intraOpNumThreads: 2 }),
      };
    },
  },
  {
    change: "faces in batches",
    before: "four faces one by one",
    after: "four faces at once",
    kept: true,
    async prepare() {
      const model = await readModel("fr");
      const single = await session(model, face);
      return {
        before: async () => {
          for (let turn = 0; turn < 4; turn++) await single();
        },
        after: await session(model, faces),
      };
    },
  },
  {
    change: "memory without an arena",
    before: "the runtime's arena",
    after: "plain allocation",
    kept: false,
    async prepare() {
      const model = await readModel("fr");
      return {
        before: await session(model, faces),
        after: await session(model, faces, { enableCpuMemArena: false }),
      };
    },
  },
  {
    change: "sRGB's own profile left out",
    before: "converted by it",
    after: "the same pixels, decoded only",
    kept: true,
    async prepare() {
      const file = (await photographs())[0]!;
      return {
        before: () => sharp(file).raw().toBuffer(),
        after: () => decodePicture(file),
      };
    },
  },
  ...(["640x480", "1920x1080", "4000x3000"] as const).map(decoderOfItsOwn),
  {
    change: "decoding 12 megapixels at half size",
    before: "whole, then resized",
    after: "shrunk while decoding",
    kept: true,
    async prepare() {
      const file = await scene("4000x3000", 5);
      return {
        before: async () => {
          const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
          await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
            .resize(2000, 1500)
            .raw()
            .toBuffer();
        },
        after: () => decodePicture(file),
      };
    },
  },
];

const closers: (() => Promise<void>)[] = [];

/** @param words only changes whose names hold one of them; all when there are none. */
export async function measureChanges(words: readonly string[]): Promise<readonly ChangeRow[]> {
  const chosen = changes.filter(
    ({ change }) => words.length === 0 || words.some((word) => change.includes(word)),
  );
  const rows: ChangeRow[] = [];
  try {
    for (const { change, before, after, kept: isKept, prepare, rounds } of chosen) {
      const { timings, ratios } = await compare(await prepare(), "before", rounds ?? 25);
      rows.push({
        change,
        before,
        after,
        kept: isKept,
        ratio: ratios["after"]!,
        beforeTime: timings["before"]!.median,
        afterTime: timings["after"]!.median,
      });
      process.stderr.write(`  ${change}: ${ratios["after"]!.toFixed(2)}\n`);
    }
  } finally {
    for (const close of closers) await close();
  }
  return rows;
}
