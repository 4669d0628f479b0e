/**
 * The embeddings that `metrics.py` works on: `recognition_04` of LFW's subjects and of the faces of WIDER's photographs.
 * Usage: node training/recognition/collect.js FOLDER [EVERY]
 */
import { picturesOf, readPairs } from "../../bench/accuracy/dist/lfw-data.js";
import { embedLfw } from "../../bench/accuracy/dist/lfw-embeddings.js";
import { embedPhotographs } from "../../bench/accuracy/dist/photograph-strangers.js";
import { embeddingNetworks } from "../../packages/vision/dist/embedding-networks.js";
import { recognitionModels } from "../../packages/vision/dist/recognition-models.js";
import { writeCollected } from "./collected.js";

const [folder, every = "1"] = process.argv.slice(2);
const model = "recognition_04";
const { networks } = recognitionModels[model];
const pairs = (await readPairs()).filter((_, index) => index % Number(every) === 0);
const faces = [];
const vectors = [];
for (const [file, own] of await embedLfw(picturesOf(pairs), "lfw", networks)) {
  faces.push({ file });
  vectors.push(...networks.map((name) => own[name]));
}
const width = networks.reduce((sum, name) => sum + embeddingNetworks[name].length, 0);
for (const [photograph, own] of (await embedPhotographs([model])).entries())
  for (const embeddings of own) {
    faces.push({ photograph });
    // Without the faintness that follows the vectors.
    vectors.push(embeddings[model].subarray(0, width));
  }
await writeCollected(folder, "metrics", { faces, pairs }, vectors);
