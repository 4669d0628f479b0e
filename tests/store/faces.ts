/** Faces and places for the tests of the stores. */
import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLmdbStore, type LmdbStoreOptions } from "@mien/gallery/lmdb-store";
import { masterKeysFromText } from "@mien/gallery/master-keys";
import type { MaintainedStore, NewFace } from "@mien/gallery/store";

export const masterText = "11".repeat(32);

/** A unit vector as long as recognition_04's, never the same twice. */
export function newFace(faceId: string = randomUUID(), length = 832): NewFace {
  const embedding = Float32Array.from({ length }, () => Math.random() - 0.5);
  const norm = Math.hypot(...embedding);
  return {
    faceId,
    recognitionModel: "recognition_04",
    embedding: embedding.map((value) => value / norm),
  };
}

export function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return dot / Math.sqrt(aa * bb);
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "mien-store-"));
}

export function openLmdbIn(
  folder: string,
  options: Partial<LmdbStoreOptions> = {},
): MaintainedStore {
  return openLmdbStore({
    directory: join(folder, "gallery"),
    keyDirectory: join(folder, "keys"),
    masterKeys: masterKeysFromText(masterText),
    sweepInterval: 0,
    ...options,
  });
}

/** A clock that a test sets; the monotonic one goes on with it, but never back. */
export class SettableClock {
  time = Date.now();
  #latest = 0;
  readonly sources = {
    wall: () => this.time,
    monotonic: () => (this.#latest = Math.max(this.#latest, this.time)),
  };
}
