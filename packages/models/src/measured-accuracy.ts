/** What the benches of the repository measured, in one line for each model. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** What the benchmarks measured, in words for people. */
export interface MeasuredAccuracy {
  /** By the contract's names: `detection_01` … `recognition_04`. */
  readonly contract: Readonly<Record<string, string>>;
  /** By the key of a model's card, for those that are measured alone. */
  readonly networks: Readonly<Record<string, string>>;
}

/** Where the build writes it, beside the compiled code. */
export const accuracyFile = fileURLToPath(new URL("../dist/accuracy.json", import.meta.url));

/** @throws when the package is not built. */
export async function measuredAccuracy(): Promise<MeasuredAccuracy> {
  return JSON.parse(await readFile(accuracyFile, "utf8")) as MeasuredAccuracy;
}
