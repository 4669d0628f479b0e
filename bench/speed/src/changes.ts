/** Each change for speed against what it replaced, or was to replace: pairs of runs in one process. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { groupFaces } from "@mien/gallery/grouping";
import { matchLogit } from "@mien/gallery/matching";
import { readModel } from "@mien/models/registry";
import { squareCrop } from "@mien/vision/affine";
import { overlap, type ScoredBox } from "@mien/vision/boxes";
import { decodePicture } from "@mien/vision/decode";
import { DecoderProcess } from "@mien/vision/decoder-process";
import { detectionModels } from "@mien/vision/detection-models";
import { candidatesOf } from "@mien/vision/candidates";
import { createFaceAnalyzer } from "@mien/vision/face-analyzer";
import { proposeByMtcnn } from "@mien/vision/mtcnn-proposals";
import { PictureSizes } from "@mien/vision/picture-sizes";
import { copyTile, tileCorners } from "@mien/vision/picture-tiles";
import { analyzePicture } from "@mien/vision/pipeline";
import { recognitionCalibration } from "@mien/vision/recognition-models";
import { resizedPicture } from "@mien/vision/resized-picture";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import { batches, Sessions } from "@mien/vision/sessions";
import { movedTo, suppress, vote } from "@mien/vision/suppression";
import { turned } from "@mien/vision/turned-picture";
import { warpKernel } from "@mien/vision/warp-kernel";
import { warpPlainly } from "@mien/vision/warp-plainly";
import * as ort from "onnxruntime-node";
import sharp from "sharp";
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
        before: () => analyzePicture(sessions, file, set, decodePicture),
        after: () => analyzePicture(sessions, file, set, decode),
      };
    },
    rounds: 51,
  };
}

/** UltraFace's boxes in a photograph, where MTCNN looks. */
async function hintsIn(sessions: Sessions, picture: RgbPicture): Promise<readonly ScoredBox[]> {
  const found = await candidatesOf(
    sessions,
    new PictureSizes(picture),
    detectionModels.detection_03,
  );
  return found.filter(({ proposer }) => proposer === "ultra").map(({ proposed }) => proposed);
}

/** A box of every size at every step: nothing is left out. */
function everywhere({ width, height }: RgbPicture): ScoredBox[] {
  const boxes: ScoredBox[] = [];
  for (let side = 12; side < Math.max(width, height); side *= 1.4)
    for (let top = 0; top < height; top += 24)
      for (let left = 0; left < width; left += 24)
        boxes.push({ left, top, right: left + side, bottom: top + side, score: 1 });
  return boxes;
}

/** So many boxes around each of so many faces of a picture of 1920x1080. */
function crowded(faceCount: number, each: number): ScoredBox[] {
  const jitter = noise(faceCount * each * 4);
  return Array.from({ length: faceCount * each }, (_, index) => {
    const [x, y, wide, score] = jitter.subarray(index * 4);
    const at = Math.floor(index / each);
    const left = (at % 12) * 160 + 40 + 12 * x!;
    const top = Math.floor(at / 12) * 120 + 20 + 12 * y!;
    const side = 60 * (1 + 0.3 * wide!);
    return { left, top, right: left + side, bottom: top + side, score: (1 + score!) / 2 };
  });
}

function suppressPlainly(boxes: readonly ScoredBox[], threshold: number): ScoredBox[] {
  const kept: ScoredBox[] = [];
  for (const box of [...boxes].sort((a, b) => b.score - a.score))
    if (!kept.some((other) => overlap(box, other) > threshold)) kept.push(box);
  return kept;
}

function votePlainly(
  kept: readonly ScoredBox[],
  all: readonly ScoredBox[],
  least: number,
): ScoredBox[] {
  return kept.map((box) =>
    movedTo(
      box,
      all.filter((other) => overlap(box, other) >= least),
    ),
  );
}

const changes: readonly Change[] = [
  {
    change: "P-Net in tiles",
    before: "a picture of 768x512 at once",
    after: "its 150 tiles of 64x64, eight at a time",
    kept: true,
    async prepare() {
      const sessions = new Sessions();
      const { picture } = await decodePicture((await photographs())[0]!);
      const { data } = resizedPicture(picture, 768, 512);
      const corners = tileCorners({ width: 768, height: 512 }, 64, 10);
      const tile = 64 * 64 * 3;
      return {
        before: () => sessions.run("pnet", Uint8Array.from(data), [1, 512, 768, 3]),
        after: async () => {
          for (const [first, size] of batches(corners.length, 1, 8)) {
            const input = new Uint8Array(size * tile);
            for (let i = 0; i < size; i++)
              copyTile(
                { data, width: 768, height: 512 },
                corners[first + i]!,
                64,
                input.subarray(i * tile, (i + 1) * tile),
              );
            await sessions.run("pnet", input, [size, 64, 64, 3]);
          }
        },
      };
    },
  },
  {
    change: "MTCNN only where UltraFace holds faces for possible",
    before: "everywhere",
    after: "near UltraFace's boxes",
    kept: true,
    async prepare() {
      const sessions = new Sessions();
      const { picture } = await decodePicture((await photographs())[0]!);
      const all = everywhere(picture);
      const near = await hintsIn(sessions, picture);
      return {
        before: () => proposeByMtcnn(sessions, new PictureSizes(picture), 1024, all),
        after: () => proposeByMtcnn(sessions, new PictureSizes(picture), 1024, near),
      };
    },
  },
  {
    change: "MTCNN only where UltraFace and O-Net are in doubt",
    before: "near all of UltraFace's boxes, six photographs",
    after: "near those that O-Net does not rule out",
    kept: true,
    async prepare() {
      const sessions = new Sessions();
      const pictures: RgbPicture[] = [];
      for (const file of await photographs()) pictures.push((await decodePicture(file)).picture);
      const { detection_03: row } = detectionModels;
      const lookingAt = (leastImpression: number) => async (): Promise<void> => {
        const model = { ...row, mtcnn: { ...row.mtcnn!, leastImpression } };
        for (const picture of pictures)
          await candidatesOf(sessions, new PictureSizes(picture), model);
      };
      return { before: lookingAt(0), after: lookingAt(row.mtcnn!.leastImpression) };
    },
  },
  {
    change: "each size of a picture from the next larger one",
    before: "1024, 640 and 320 pixels, each from 1920",
    after: "each from the one before",
    kept: true,
    async prepare() {
      const { picture } = await decodePicture((await photographs())[0]!);
      const heights = [1024, 640, 320].map(
        (width) => [width, Math.round((width * picture.height) / picture.width)] as const,
      );
      return {
        before: () => {
          for (const [width, height] of heights) resizedPicture(picture, width, height);
          return Promise.resolve();
        },
        after: () => {
          const sizes = new PictureSizes(picture);
          for (const [width, height] of heights) sizes.at(width, height);
          return Promise.resolve();
        },
      };
    },
  },
  {
    change: "sizes of a picture by a loop of our own",
    before: "1024, 640 and 320 pixels, each from the one before, by libvips",
    after: "the same with vector instructions, no call of libvips",
    kept: true,
    async prepare() {
      const { picture } = await decodePicture((await photographs())[0]!);
      const height = (width: number): number =>
        Math.round((width * picture.height) / picture.width);
      return {
        before: async () => {
          let from = picture;
          for (const width of [1024, 640, 320]) {
            const data = await sharp(from.data, {
              raw: { width: from.width, height: from.height, channels: 3 },
            })
              .resize(width, height(width), { fit: "fill", kernel: "linear" })
              .raw()
              .toBuffer();
            from = { data, width, height: height(width) };
          }
        },
        after: () => {
          const sizes = new PictureSizes(picture);
          for (const width of [1024, 640, 320]) sizes.at(width, height(width));
          return Promise.resolve();
        },
      };
    },
  },
  {
    change: "pictures turned by a loop of our own",
    before: "640x427 to all other sides, by libvips",
    after: "the same in TypeScript; workers load no libvips",
    kept: true,
    async prepare() {
      const { picture } = await decodePicture((await photographs())[0]!);
      const small = resizedPicture(picture, 640, 427);
      const turns = [1, 2, 3] as const;
      return {
        before: async () => {
          for (const turn of turns)
            await sharp(small.data, { raw: { width: 640, height: 427, channels: 3 } })
              .rotate(turn * 90)
              .raw()
              .toBuffer();
        },
        after: () => {
          for (const turn of turns) turned(small, turn);
          return Promise.resolve();
        },
      };
    },
  },
  {
    change: "boxes compared with those that may overlap them",
    before: "7,600 boxes of a hundred faces suppressed, then vote: each with all",
    after: "with those whose left edges are near",
    kept: true,
    prepare() {
      const seen = crowded(100, 76);
      return Promise.resolve({
        before: () => Promise.resolve(votePlainly(suppressPlainly(seen, 0.5), seen, 0.5)),
        after: () => Promise.resolve(vote(suppress(seen, 0.5), seen, 0.5)),
      });
    },
  },
  {
    change: "crops of large faces from halves of the picture",
    before: "36 samples of the picture for each pixel of the crop",
    after: "4 of the picture halved twice, halving included",
    kept: true,
    async prepare() {
      const { picture } = await decodePicture((await photographs())[0]!);
      const again = { ...picture, data: Uint8Array.from(picture.data) };
      const map = squareCrop({ x: 700, y: 600 }, 300, 0.1, 48);
      const crop = new Uint8Array(48 * 48 * 3);
      // As many as a photograph of five faces takes; by turns, so that the halves are made anew.
      const many = (taps: number, halvings: number) => (): Promise<void> => {
        warpKernel(again, map, 48, 1, crop);
        for (let turn = 0; turn < 50; turn++) warpKernel(picture, map, 48, taps, crop, halvings);
        return Promise.resolve();
      };
      return { before: many(6, 0), after: many(2, 2) };
    },
  },
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
