import type { OnnxModel } from "./onnx-format.js";

/**
 * How one model's package files become an ONNX model. Pure: the same files give the same model.
 * @param files contents by the names that the model's card lists.
 */
export type Recipe = (files: ReadonlyMap<string, Uint8Array>) => OnnxModel;

/** The only file of a recipe that has just one. */
export function onlyFile(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const [file] = files.values();
  if (file === undefined || files.size !== 1) throw new TypeError("expected exactly one file");
  return file;
}
