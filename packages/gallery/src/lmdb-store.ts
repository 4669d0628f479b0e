/** The embedded store: LMDB in one directory, shared by several processes of one machine. */
import { realpathSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { BucketKeyFiles } from "./bucket-key-files.js";
import { LmdbAccess } from "./lmdb-access.js";
import { restoreFaces, sealedFaces } from "./lmdb-backup.js";
import { eraseTenant } from "./lmdb-erasure.js";
import { examineFaces } from "./lmdb-examination.js";
import { LmdbFaceTable } from "./lmdb-face-table.js";
import { unreadable } from "./lmdb-failures.js";
import { bringToFormat, requireFormat } from "./lmdb-format.js";
import { insertFaces } from "./lmdb-insertion.js";
import { LmdbMasterKey } from "./lmdb-master-key.js";
import type { LmdbParts } from "./lmdb-parts.js";
import { readFaces } from "./lmdb-reading.js";
import { LmdbSweeper } from "./lmdb-sweeper.js";
import { clockLag, LmdbTime } from "./lmdb-time.js";
import type { MasterKeys } from "./master-keys.js";
import { makeFolder } from "./make-folder.js";
import { messageOf } from "./message-of.js";
import { faceIdBytes, tenantTag } from "./sealing.js";
import {
  type Erasure,
  type Examination,
  type MaintainedStore,
  type NewFace,
  type Restoration,
  type SealedFace,
  StoreUnavailableError,
  type StoredFace,
  type StoreStatistics,
} from "./store.js";
import type { ClockSources } from "./store-clock.js";

/** Where the embedded store is and who holds its keys. */
export interface LmdbStoreOptions {
  /** Directory of the database; made when absent. */
  readonly directory: string;
  /** Directory of the keys; made when absent. Never to be copied with the database. */
  readonly keyDirectory: string;
  readonly masterKeys: MasterKeys;
  /** Where it is told that what has expired stays, and that it goes again. */
  readonly report?: (line: string) => void;
  /** For tests. */
  readonly clock?: ClockSources;
  /** Milliseconds between sweeps of what expired; default 5,000; 0 never sweeps. */
  readonly sweepInterval?: number;
}

class LmdbStore implements MaintainedStore {
  readonly #parts: LmdbParts;
  readonly #sweeper: LmdbSweeper;

  constructor(options: LmdbStoreOptions) {
    this.#parts = openParts(options);
    this.#sweeper = new LmdbSweeper(this.#parts, options.report);
    const interval = options.sweepInterval ?? 5000;
    if (interval > 0) this.#sweeper.start(interval);
  }

  async put(tenant: string, faces: readonly NewFace[], timeToLive: number): Promise<void> {
    if (faces.length === 0) return;
    const tag = tenantTag(tenant);
    const prepared = faces.map((template) => {
      const id = faceIdBytes(template.faceId);
      if (id === undefined) throw new RangeError("a faceId is a lower-case UUID");
      return { id, template };
    });
    const { access, time } = this.#parts;
    await access.write(() => {
      requireFormat(access.databases);
      insertFaces(this.#parts, tag, prepared, time.advance(clockLag) + Math.ceil(timeToLive));
    });
  }

  get(tenant: string, faceIds: readonly string[]): Promise<(StoredFace | undefined)[]> {
    return this.#parts.access.readInTurns(() => readFaces(this.#parts, tenant, faceIds));
  }

  sweep(): Promise<number> {
    return this.#sweeper.sweep();
  }

  erase(tenant: string): Promise<Erasure> {
    return eraseTenant(this.#parts, tenantTag(tenant));
  }

  sealed(): AsyncGenerator<readonly SealedFace[]> {
    return sealedFaces(this.#parts);
  }

  restore(faces: readonly SealedFace[]): Promise<Restoration> {
    return restoreFaces(this.#parts, faces);
  }

  async rewrap(): Promise<number> {
    const { access, keys, masterKey } = this.#parts;
    const ends = await access.write(() => {
      requireFormat(access.databases);
      masterKey.changeToFirst();
      return keys.ends();
    });
    let rewrapped = 0;
    // Asked for anew under each lock: another rotation may have put its key in front.
    for (const end of ends)
      rewrapped += await access.write(() => keys.rewrap(end, masterKey.first()));
    return rewrapped;
  }

  /** Destroyed keys were overwritten in their files, and nothing else holds them. */
  scrub(): Promise<number> {
    return Promise.resolve(0);
  }

  examine(): Promise<Examination> {
    return Promise.resolve(this.#parts.access.read(() => examineFaces(this.#parts)));
  }

  async count(): Promise<number> {
    return (await this.statistics()).liveFaces;
  }

  async statistics(): Promise<StoreStatistics> {
    const { access, faces } = this.#parts;
    const liveFaces = access.read(() => faces.count());
    const { size } = await stat(access.path).catch((error: unknown) => {
      throw unreadable(error);
    });
    return {
      liveFaces,
      bytesOnDisk: size,
      expiredFaces: this.#sweeper.removed,
      place: access.path,
    };
  }

  async close(): Promise<void> {
    await this.#sweeper.stop();
    await this.#parts.access.close();
    this.#parts.keys.close();
  }
}

function openParts(options: LmdbStoreOptions): LmdbParts {
  makeFolder(options.directory, 0o700);
  // One path for each database, by whichever name it is called.
  const directory = realpathSync(options.directory);
  const keys = new BucketKeyFiles(options.keyDirectory, options.masterKeys);
  const access = new LmdbAccess(join(directory, "templates.mdb"));
  try {
    const { databases } = access;
    const { meta } = databases;
    const parts = {
      access,
      faces: new LmdbFaceTable(access),
      keys,
      masterKey: new LmdbMasterKey(meta, options.masterKeys),
      time: new LmdbTime(meta, options.clock),
    };
    if (databases.isPrepared) {
      requireFormat(databases);
      requireMasterKey(parts);
    } else {
      requireEnd(parts);
      access.whileNobodyCommits(() => {
        bringToFormat(directory, parts);
        databases.isPrepared = true;
        requireMasterKey(parts);
      });
    }
    return parts;
  } catch (error) {
    void access.close();
    throw error;
  }
}

/** What was cut off is found before anything is written. @throws StoreUnavailableError */
function requireEnd(parts: LmdbParts): void {
  const { databases, path } = parts.access;
  if (databases.state === "shortened" && examineFaces(parts).damaged > 0)
    throw new StoreUnavailableError(`${path} is damaged: its end is missing`);
}

/**
 * Fails at the start where faces could be neither kept nor opened. What nothing but a restoration has filled does not say
 * which master key it has: its keys do.
 * @throws StoreUnavailableError
 */
function requireMasterKey({ access, keys, masterKey, time }: LmdbParts): void {
  // Another process may have rotated it since this one last read.
  access.refresh();
  masterKey.require(() => keys.masterIds(time.now()));
}

/**
 * Opens the store of a directory.
 * @throws StoreUnavailableError when the directory cannot be written, its file is damaged, or another version's.
 */
export function openLmdbStore(options: LmdbStoreOptions): MaintainedStore {
  try {
    return new LmdbStore(options);
  } catch (cause) {
    throw new StoreUnavailableError(
      `the face store in ${options.directory} cannot be opened: ${messageOf(cause)}`,
      { cause },
    );
  }
}
