/**
 * `npm run bench:templates`: what each precision of stored templates costs in accuracy on LFW's pairs and weighs in bytes.
 * Writes `bench/results/templates.json`. `MIEN_BENCH_CACHE=<file>` keeps the embeddings between runs, outside the repository.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { RecognitionModelId } from "@mien/vision/analysis";
import { recognitionModels } from "@mien/vision/recognition-models";
import { requireData } from "./data-folder.js";
import { picturesOf, readPairs } from "./lfw-data.js";
import { embedLfw, type NetworkVectors } from "./lfw-embeddings.js";
import { measurePrecision } from "./template-precision.js";

type Cached = [file: string, vectors: Record<string, number[]>, lengths: Record<string, number>][];

async function embeddings(files: readonly string[]): Promise<Map<string, NetworkVectors>> {
  const cache = process.env["MIEN_BENCH_CACHE"];
  if (cache !== undefined) {
    const text = await readFile(cache, "utf8").catch(() => undefined);
    if (text !== undefined)
      return new Map(
        (JSON.parse(text) as Cached).map(([file, numbers, lengths]) => {
          const vectors = Object.fromEntries(
            Object.entries(numbers).map(([name, own]) => [name, Float32Array.from(own)]),
          );
          return [file, { ...vectors, lengths } as unknown as NetworkVectors];
        }),
      );
  }
  const vectors = await embedLfw(files, "embed");
  if (cache !== undefined) {
    const plain: Cached = [...vectors].map(([file, { lengths, ...own }]) => [
      file,
      Object.fromEntries(Object.entries(own).map(([name, vector]) => [name, [...vector]])),
      lengths,
    ]);
    await writeFile(cache, JSON.stringify(plain));
  }
  return vectors;
}

requireData();
const pairs = await readPairs();
const vectors = await embeddings(picturesOf(pairs));
const rows = (Object.keys(recognitionModels) as RecognitionModelId[]).flatMap((model) =>
  measurePrecision(model, vectors, pairs),
);
const folder = fileURLToPath(new URL("../../results", import.meta.url));
await mkdir(folder, { recursive: true });
await writeFile(`${folder}/templates.json`, `${JSON.stringify(rows, undefined, 1)}\n`);
console.log(
  "| Model | Precision | Stored so | Bytes | Accuracy | Change, points | Decided otherwise |",
);
console.log("| --- | --- | --- | ---: | ---: | ---: | ---: |");
for (const row of rows)
  console.log(
    `| ${row.recognitionModel} | ${row.precision} | ${row.stored ? "yes" : ""} | ${row.templateBytes} | ${row.accuracy.toFixed(3)} % | ${row.change.toFixed(3)} | ${row.changedDecisions} of ${row.pairs} |`,
  );
