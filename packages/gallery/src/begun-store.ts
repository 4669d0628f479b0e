/** What can be told of the embedded store of a data directory without opening it: nothing here loads LMDB or makes anything. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { masterIdsIn } from "./bucket-key-slots.js";
import { readFileRecord } from "./lmdb-file-records.js";
import { masterKeyRecord } from "./lmdb-master-key.js";
import { type MasterKeys, requireMasterKeys } from "./master-keys.js";

/** Whether it is certain that nothing is there: of what lies in a closed folder it is not. */
export function isAbsent(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
  }
}

/** Whether the store has had a master key, and a new one would open none of its faces. One of the first release has none. */
export function storeIsBegun(dataDirectory: string): boolean {
  if (!isAbsent(join(dataDirectory, "gallery", "templates.mdb"))) return true;
  try {
    return masterIdsIn(join(dataDirectory, "keys")).size > 0;
  } catch {
    return true;
  }
}

/** What is said where the file of the master key of a store that is begun is not there. */
export function lostMasterKey(path: string, dataDirectory: string): string {
  return `the master key file ${path} is missing, and no other key can decrypt the faces in ${dataDirectory}: put it back, or move gallery and keys away to start without them`;
}

/**
 * Whether these are the master keys of the store of a data directory, and open the keys of the faces that lie in it. Nothing is
 * said of what this user cannot read, or is damaged.
 * @throws StoreUnavailableError where they are not.
 */
export function checkMasterKeysOf(dataDirectory: string, masters: MasterKeys): void {
  const database = join(dataDirectory, "gallery", "templates.mdb");
  const own = ifReadable(() => readFileRecord(database, masterKeyRecord));
  if (own !== undefined) requireMasterKeys(masters, [own.toString("latin1")]);
  requireMasterKeys(masters, ifReadable(() => masterIdsIn(join(dataDirectory, "keys"))) ?? []);
}

function ifReadable<Content>(read: () => Content): Content | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
