/** The LMDB environment of a face store and the databases in it. */
import { type Database, open, type RootDatabase } from "lmdb";
import { examineFile, type FileState } from "./lmdb-file.js";
import { recordsName } from "./lmdb-file-records.js";
import { makeRoom } from "./lmdb-room.js";

/** The open environment of one process. */
export interface FaceDatabases {
  readonly root: RootDatabase;
  /** Sealed records by tenant's tag and faceId. */
  readonly faces: Database<Buffer, Buffer>;
  /** Nothing, by instant of expiry and the face's key. */
  readonly expiries: Database<Buffer, Buffer>;
  /** The store's own records: format, time, master key's id. */
  readonly meta: Database<Buffer, string>;
  /** Of the file as it was found. */
  readonly state: FileState;
  /** Whether a store has looked for its end and brought it to this version's format: one whose start failed may not have. */
  isPrepared: boolean;
}

/** Options that the published types leave out. */
const untypedOptions = {
  // Faces are read from everywhere in the file: where it is not in memory, one page is read for each and not 32.
  noReadAhead: true,
  // Lists of free pages are read anew in each transaction and not kept in memory, for other processes change them too.
  maxFreeSpaceToRetain: 0,
};

/**
 * Environments of this process by path. One that is opened beside another waits for the writer's lock, which the other's
 * thread may hold while it waits for the thread that opens: both would wait for ever.
 */
const opened = new Map<string, { readonly databases: FaceDatabases; users: number }>();

/** Those of a path that this process has open already, for one more user. */
export function shareFaceDatabases(path: string): FaceDatabases | undefined {
  const own = opened.get(path);
  if (own !== undefined) own.users++;
  return own?.databases;
}

/** The last of their users closes them. Only while nobody opens them or commits: see `commit-gate.ts`. */
export async function closeFaceDatabases(path: string): Promise<void> {
  const own = opened.get(path);
  if (own === undefined || --own.users > 0) return;
  opened.delete(path);
  await own.databases.root.close();
}

/** Only while no process commits: see `commit-gate.ts`. For the first user of this process. */
export function openFaceDatabases(path: string): FaceDatabases {
  makeRoom(path);
  const state = examineFile(path);
  const root = open({
    path,
    // A commit is on the disk when its promise resolves: an answered faceId outlives the process and the power.
    overlappingSync: false,
    // Everything is in explicit transactions. With batches by turn, a failed commit leaves a promise that nobody can catch.
    eventTurnBatching: false,
    compression: false,
    ...untypedOptions,
  });
  const named = (name: string) =>
    root.openDB<Buffer, Buffer>({ name, encoding: "binary", keyEncoding: "binary" });
  const databases = {
    root,
    faces: named("faces"),
    expiries: named("expiries"),
    meta: root.openDB<Buffer, string>({ name: recordsName, encoding: "binary" }),
    state,
    isPrepared: false,
  };
  opened.set(path, { databases, users: 1 });
  return databases;
}
