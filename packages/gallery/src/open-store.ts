/** The store that the settings name. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isAbsent, lostMasterKey, storeIsBegun } from "./begun-store.js";
import { openLmdbStore } from "./lmdb-store.js";
import { type MasterKeys, masterKeysFromFile, masterKeysFromText } from "./master-keys.js";
import { type MaintainedStore, StoreSettingError } from "./store.js";

/** Where faces are kept and what their keys are wrapped with. Empty texts stand for settings that were not made. */
export interface StoreSettings {
  /** Folder of the embedded store, its keys and its master key; made when absent. */
  readonly dataDirectory: string;
  /** `redis://` or `rediss://`, several nodes separated by commas; empty: LMDB in the data directory. */
  readonly storeUrl: string;
  /** Replicas that must have a face before it is answered; `undefined`: one in a cluster, none otherwise. */
  readonly storeReplicas: number | undefined;
  /** One or several, the first wraps; empty: from the file. */
  readonly masterKey: string;
  /** Empty: `master-key` in the data directory, made at the first start and never in place of one that is lost. */
  readonly masterKeyFile: string;
}

/** The file that rotation rewrites; `undefined` when the key comes from the environment. */
export function masterKeyPath(settings: StoreSettings): string | undefined {
  if (settings.masterKey !== "") return undefined;
  return settings.masterKeyFile === ""
    ? join(settings.dataDirectory, "master-key")
    : settings.masterKeyFile;
}

function masterKeys(settings: StoreSettings, makesKey: boolean): MasterKeys {
  const path = masterKeyPath(settings);
  if (path === undefined) return masterKeysFromText(settings.masterKey);
  const own = settings.masterKeyFile === "";
  if (own && settings.storeUrl !== "" && !existsSync(path))
    throw new StoreSettingError(
      "MIEN_STORE_URL needs MIEN_MASTER_KEY or MIEN_MASTER_KEY_FILE, the same for every server: with a key of its own, a server could not decrypt the faces of the others",
    );
  // Asked before the file is looked for: what another process begins meanwhile has had its key before.
  const isBegun = settings.storeUrl === "" && storeIsBegun(settings.dataDirectory);
  if (isBegun && isAbsent(path))
    throw new StoreSettingError(lostMasterKey(path, settings.dataDirectory));
  return masterKeysFromFile(path, { create: own && makesKey && !isBegun });
}

/** How a store is opened, whichever it is. */
export interface StoreOpening {
  /** Is given, a line each, what no caller waits for and an operator should know. */
  readonly report?: ((line: string) => void) | undefined;
  /** Whether a store that has no master key yet gets one; default true. If not, a Redis without a store is refused. */
  readonly makesKey?: boolean;
}

/**
 * Opens the embedded store or Redis, as the settings say.
 * @throws StoreUnavailableError when it cannot be opened: a wrong master key, a damaged or newer database, no connection;
 * of these StoreSettingError for settings that cannot be.
 */
export async function openStore(
  settings: StoreSettings,
  { report, makesKey = true }: StoreOpening = {},
): Promise<MaintainedStore> {
  const keys = masterKeys(settings, makesKey);
  if (settings.storeUrl !== "") {
    // Loaded only where it is used: most installations have no Redis.
    const { openRedisStore } = await import("./redis-store.js");
    return openRedisStore({
      url: settings.storeUrl,
      masterKeys: keys,
      makesStore: makesKey,
      ...(settings.storeReplicas === undefined ? {} : { replicas: settings.storeReplicas }),
    });
  }
  return openLmdbStore({
    directory: join(settings.dataDirectory, "gallery"),
    keyDirectory: join(settings.dataDirectory, "keys"),
    masterKeys: keys,
    ...(report === undefined ? {} : { report }),
  });
}
