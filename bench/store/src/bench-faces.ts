/** Faces by number, so that a process can ask for those that another one has put. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { openLmdbStore } from "@mien/gallery/lmdb-store";
import { masterKeysFromText } from "@mien/gallery/master-keys";
import type { MaintainedStore, NewFace } from "@mien/gallery/store";

export const tenant = "bench";
/** A day, as faces live by default. */
export const dayMilliseconds = 86_400_000;

export function openStoreIn(folder: string, sweepInterval = 0): MaintainedStore {
  return openLmdbStore({
    directory: join(folder, "gallery"),
    keyDirectory: join(folder, "keys"),
    masterKeys: masterKeysFromText("77".repeat(32)),
    sweepInterval,
  });
}

/** As random as a UUID of version 4, the same for the same number. */
export function faceIdOf(number: number): string {
  const hex = createHash("sha256").update(`face ${number}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Unit vectors of recognition_04's length; sealed, no two records are alike, so a few do. */
const embeddings = Array.from({ length: 256 }, () => {
  const values = Float32Array.from({ length: 832 }, () => Math.random() - 0.5);
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
});

export function faceOf(number: number): NewFace {
  return {
    faceId: faceIdOf(number),
    recognitionModel: "recognition_04",
    embedding: embeddings[number % embeddings.length]!,
  };
}
