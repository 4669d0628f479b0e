/** Around the pipeline: processes, workers and the matching. */
import { groupFaces } from "@mien/gallery/grouping";
import { matchLogit } from "@mien/gallery/matching";
import { decodePicture } from "@mien/vision/decode";
import { DecoderProcess } from "@mien/vision/decoder-process";
import { createFaceAnalyzer } from "@mien/vision/face-analyzer";
import { analyzePicture } from "@mien/vision/pipeline";
import { recognitionCalibration } from "@mien/vision/recognition-models";
import { Sessions } from "@mien/vision/sessions";
import type { Change } from "./change.js";
import { parameterSets } from "./parameter-sets.js";
import { photographs, scene, type SceneSize } from "./pictures.js";

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
      const set = parameterSets["detection_03, rectangles only"];
      const decode = (bytes: Uint8Array) => decoder.decode(bytes);
      return {
        before: () => analyzePicture(sessions, file, set, decodePicture),
        after: () => analyzePicture(sessions, file, set, decode),
        close: () => decoder.end(),
      };
    },
    rounds: 51,
  };
}

export const servingChanges: readonly Change[] = [
  ...(["640x480", "1920x1080", "4000x3000"] as const).map(decoderOfItsOwn),
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
      const set = parameterSets["detection_03, recognition_04, landmarks"];
      return {
        before: () => pools[0]!.analyze(Uint8Array.from(file), set),
        after: () => pools[1]!.analyze(Uint8Array.from(file), set),
        close: async () => {
          for (const pool of pools) await pool.close();
        },
      };
    },
    rounds: 15,
  },
];
