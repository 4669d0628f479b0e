/** The embedded store: LMDB in one directory, shared by several processes of one machine. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import {
  type FaceStore,
  StoreUnavailableError,
  type StoredFace,
  type StoreStatistics,
} from "./store.js";
import { decodeFace, encodeFace } from "./template-codec.js";

export interface LmdbStoreOptions {
  /** Directory of the store; made when absent. */
  readonly directory: string;
  /** Milliseconds since the epoch; for tests. */
  readonly now?: () => number;
  /** Milliseconds between sweeps of what expired; default 10,000. */
  readonly sweepInterval?: number;
}

type FaceKey = [tenant: string, faceId: string];
type ExpiryKey = [expiresAt: number, tenant: string, faceId: string];

/** Faces swept in one transaction, so that a sweep never holds the writer for long. */
const sweepBatch = 1000;

class LmdbStore implements FaceStore {
  readonly #root: RootDatabase;
  readonly #faces: Database<Buffer, FaceKey>;
  readonly #expiries: Database<Buffer, ExpiryKey>;
  readonly #path: string;
  readonly #clock: () => number;
  readonly #sweeper: NodeJS.Timeout;
  #latest = 0;
  #expired = 0;
  #sweeping: Promise<number> | undefined;

  constructor(options: LmdbStoreOptions) {
    this.#path = join(options.directory, "faces.mdb");
    this.#root = open({
      path: this.#path,
      // A commit is on the disk when its promise resolves: an answered faceId outlives the process and the power.
      overlappingSync: false,
      compression: false,
    });
    this.#faces = this.#root.openDB<Buffer, FaceKey>({ name: "faces", encoding: "binary" });
    this.#expiries = this.#root.openDB<Buffer, ExpiryKey>({ name: "expiries", encoding: "binary" });
    this.#clock = options.now ?? Date.now;
    this.#sweeper = setInterval(
      () => void this.sweep().catch(() => undefined),
      options.sweepInterval ?? 10_000,
    );
    this.#sweeper.unref();
  }

  /** Never goes back, so that a clock that does resurrects nothing. */
  #now(): number {
    this.#latest = Math.max(this.#latest, this.#clock());
    return this.#latest;
  }

  async put(tenant: string, faces: readonly StoredFace[]): Promise<void> {
    if (faces.length === 0) return;
    try {
      await this.#root.transaction(() => {
        for (const face of faces) {
          void this.#faces.put([tenant, face.faceId], encodeFace(face));
          void this.#expiries.put([face.expiresAt, tenant, face.faceId], Buffer.alloc(0));
        }
      });
    } catch (cause) {
      throw new StoreUnavailableError("the face store cannot be written", { cause });
    }
  }

  get(tenant: string, faceIds: readonly string[]): Promise<(StoredFace | undefined)[]> {
    const now = this.#now();
    try {
      return Promise.resolve(
        faceIds.map((faceId) => {
          const record = this.#faces.get([tenant, faceId]);
          if (record === undefined) return undefined;
          const face = decodeFace(faceId, record);
          return face.expiresAt > now ? face : undefined;
        }),
      );
    } catch (cause) {
      return Promise.reject(new StoreUnavailableError("the face store cannot be read", { cause }));
    }
  }

  async erase(tenant: string): Promise<number> {
    const keys = [...this.#faces.getRange({ start: [tenant, ""], end: [tenant, "\uffff"] })].map(
      ({ key, value }) => ({ key, expiresAt: decodeFace(key[1], value).expiresAt }),
    );
    await this.#root.transaction(() => {
      for (const { key, expiresAt } of keys) {
        void this.#faces.remove(key);
        void this.#expiries.remove([expiresAt, ...key]);
      }
    });
    return keys.length;
  }

  /** Removes what has expired; costs what expired, not what lives. Returns how many faces went. */
  sweep(): Promise<number> {
    this.#sweeping ??= this.#sweepAll().finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  async #sweepAll(): Promise<number> {
    const now = this.#now();
    let swept = 0;
    for (;;) {
      const keys = [...this.#expiries.getKeys({ end: [now + 1, "", ""], limit: sweepBatch })];
      if (keys.length === 0) return swept;
      await this.#root.transaction(() => {
        for (const key of keys) {
          void this.#expiries.remove(key);
          void this.#faces.remove([key[1], key[2]]);
        }
      });
      swept += keys.length;
      this.#expired += keys.length;
    }
  }

  async statistics(): Promise<StoreStatistics> {
    const { entryCount } = this.#faces.getStats() as { entryCount: number };
    const { size } = await stat(this.#path);
    return { liveFaces: entryCount, bytesOnDisk: size, expiredFaces: this.#expired };
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#sweeping?.catch(() => undefined);
    await this.#root.close();
  }
}

/**
 * Opens the store of a directory.
 * @throws StoreUnavailableError when the directory cannot be written or its file is damaged.
 */
export function openLmdbStore(options: LmdbStoreOptions): FaceStore & { sweep(): Promise<number> } {
  try {
    return new LmdbStore(options);
  } catch (cause) {
    throw new StoreUnavailableError(
      `the face store in ${options.directory} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
