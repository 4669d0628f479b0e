/** What an operator does with the face store, beside servers that serve from it. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { restoreBackup, writeBackup } from "@mien/gallery/backup-file";
import { rotateMasterKeyFile } from "@mien/gallery/master-keys";
import { masterKeyPath, openStore, type StoreSettings } from "@mien/gallery/open-store";
import {
  type Erasure,
  type Examination,
  type Restoration,
  StoreSettingError,
  type StoreStatistics,
} from "@mien/gallery/store";

export type { Erasure, Examination, Restoration, StoreSettings, StoreStatistics };

/** What became of the master key. */
export interface Rotation {
  /** Keys that were wrapped otherwise before. */
  readonly rewrapped: number;
  /** The file that was rewritten; `undefined` when the master key comes from the environment. */
  readonly file: string | undefined;
  /** Servers of other machines may use the store too: where each has a file of its own, theirs lack the new key. */
  readonly otherMachines: boolean;
}

/** All of it works while servers serve. Every method throws StoreUnavailableError when it cannot be done now. */
export interface StoreOperations {
  /** Returns how many faces the file holds. @param signal leaves no file. */
  backup(path: string, signal?: AbortSignal): Promise<number>;
  /**
   * Puts back the faces of a backup whose time is not over and whose keys still live; a damaged file is refused whole.
   */
  restore(path: string): Promise<Restoration>;
  /** With an exact count of the faces, which takes longer the more there are. */
  statistics(): Promise<StoreStatistics>;
  examine(): Promise<Examination>;
  /** Forgets every face of a tenant at once. */
  erase(tenant: string): Promise<Erasure>;
  /** Destroys what is over, as servers do by themselves while they run. Returns how many faces went. */
  sweep(): Promise<number>;
  /** Has the store's servers write their own files anew. Returns how many did. */
  scrub(): Promise<number>;
  /** A new master key where it lies in a file; from the environment, the first of those that are given. */
  rotateMasterKey(): Promise<Rotation>;
  close(): Promise<void>;
}

/** @throws StoreSettingError where there is none, the system's error where that cannot be known. */
function requireEmbeddedStore(dataDirectory: string): void {
  try {
    statSync(join(dataDirectory, "gallery"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new StoreSettingError(`there is no face store in ${dataDirectory}`);
  }
}

/**
 * @throws StoreUnavailableError, of these StoreSettingError where there is no store: an operator's mistake makes none; the
 * system's error where this user may not look.
 */
export async function openStoreOperations(settings: StoreSettings): Promise<StoreOperations> {
  if (settings.storeUrl === "") requireEmbeddedStore(settings.dataDirectory);
  const store = await openStore(settings, { makesKey: false });
  return {
    backup: (path, signal) =>
      writeBackup(store, path, { signal, dataDirectory: settings.dataDirectory }),
    restore: (path) => restoreBackup(store, path),
    statistics: async () => ({ ...(await store.statistics()), liveFaces: await store.count() }),
    examine: () => store.examine(),
    erase: (tenant) => store.erase(tenant),
    sweep: () => store.sweep(),
    scrub: () => store.scrub(),
    async rotateMasterKey() {
      const file = masterKeyPath(settings);
      const rewrap = (): Promise<number> => store.rewrap();
      const rewrapped = await (file === undefined ? rewrap() : rotateMasterKeyFile(file, rewrap));
      return { rewrapped, file, otherMachines: settings.storeUrl !== "" };
    },
    close: () => store.close(),
  };
}
