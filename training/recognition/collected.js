/** What the `collect-*.js` of this folder share: which vectors they collect, and the files that the Python scripts read. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  recognitionCalibration,
  recognitionModels,
} from "../../packages/vision/dist/recognition-models.js";

export const networks = ["fr", "mfn", "dlib", "faceres"];

/** What the Python scripts need of the recognition models to compute a pair's logit. */
export const models = Object.fromEntries(
  Object.entries(recognitionModels).map(([id, { networks: own, telling, faintness }]) => {
    const { parts, bias } = recognitionCalibration(id);
    return [
      id,
      { networks: own, weights: parts.map(({ weight }) => weight), bias, telling, faintness },
    ];
  }),
);

/**
 * Writes NAME.json and NAME.f32.
 * @param known of the faces, in the order of their vectors.
 * @param vectors those of each face, one after the other.
 */
export async function writeCollected(folder, name, known, vectors) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.json`), JSON.stringify(known));
  await writeFile(
    join(folder, `${name}.f32`),
    Buffer.concat(vectors.map((v) => Buffer.from(v.buffer, v.byteOffset, v.byteLength))),
  );
}

/** The same of faces of which all {@link networks} gave vectors. */
export function writeOfNetworks(folder, name, known, vectors) {
  const widths = networks.map((_, index) => vectors[index].length);
  return writeCollected(folder, name, { networks, widths, ...known }, vectors);
}
