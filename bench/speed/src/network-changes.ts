/** How the runtime runs a network. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readModel } from "@mien/models/registry";
import * as ort from "onnxruntime-node";
import type { Change } from "./change.js";
import { noise } from "./noise.js";

const options: ort.InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  extra: { session: { set_denormal_as_zero: "1" } },
};

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

export const networkChanges: readonly Change[] = [
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
    kept: false,
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
    change: "no plan of memory for each shape, half of the memory of UltraFace",
    before: "UltraFace at 1024, 640 and 320 pixels as the runtime plans it",
    after: "the same without plans",
    kept: true,
    async prepare() {
      const model = await readModel("ultra");
      const seen = async (changed: ort.InferenceSession.SessionOptions) => {
        const opened = await ort.InferenceSession.create(model, { ...options, ...changed });
        return async () => {
          for (const side of [1024, 640, 320]) {
            const shape = [1, (side * 9) / 16, side, 3];
            const pixels = new Uint8Array(shape.reduce((product, size) => product * size, 1));
            await opened.run({ [opened.inputNames[0]!]: new ort.Tensor("uint8", pixels, shape) });
          }
        };
      };
      return {
        before: await seen({ enableMemPattern: true }),
        after: await seen({ enableMemPattern: false }),
      };
    },
  },
];
