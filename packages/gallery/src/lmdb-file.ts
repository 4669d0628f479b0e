/** What can be said of a database's file before it is mapped: LMDB trusts its bytes, and a short file would end the process. */
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { StoreUnavailableError } from "./store.js";

/** Offsets within a page of meta data, of which there are two at the file's begin. */
const meta = {
  magicAt: 24,
  versionAt: 28,
  pageSizeAt: 48,
  lastPageAt: 144,
  transactionAt: 152,
  bytes: 160,
} as const;
const magic = 0xbeefc0de;
const version = 2;

/** How a database's file was found; see {@link examineFile}. */
export type FileState = "absent" | "whole" | "shortened";

/**
 * `shortened`: the file ended before its last page, now or at an earlier start, and was lengthened with zeros, which LMDB
 * refuses as pages; whether anything is missing is for a walk through all records to say.
 * @throws StoreUnavailableError for a file that is no database of this version.
 */
export function examineFile(path: string): FileState {
  let file: number;
  try {
    // Appending cannot harm what another process writes at the same moment; setting a length could.
    file = openSync(path, constants.O_RDWR | constants.O_APPEND);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "absent";
    throw error;
  }
  try {
    // LMDB writes both pages of meta data at once when it makes a file.
    if (fstatSync(file).size === 0) return "absent";
    const first = readMeta(file, 0);
    if (first === undefined)
      throw new StoreUnavailableError(`${path} is damaged: it does not begin as a database does`);
    const second = readMeta(file, first.pageSize);
    const last = second !== undefined && second.transaction > first.transaction ? second : first;
    const needed = (Number(last.lastPage) + 1) * first.pageSize;
    // After the meta data, which other processes write when the pages are there.
    const { size } = fstatSync(file);
    if (size >= needed) {
      const lastPage = Buffer.alloc(first.pageSize);
      readSync(file, lastPage, 0, first.pageSize, needed - first.pageSize);
      return lastPage.some((byte) => byte !== 0) ? "whole" : "shortened";
    }
    const zeros = Buffer.alloc(1 << 20);
    for (let missing = needed - size; missing > 0; missing -= zeros.length)
      writeSync(file, zeros, 0, Math.min(zeros.length, missing));
    return "shortened";
  } finally {
    closeSync(file);
  }
}

function readMeta(
  file: number,
  position: number,
): { pageSize: number; lastPage: bigint; transaction: bigint } | undefined {
  const bytes = Buffer.alloc(meta.bytes);
  if (readSync(file, bytes, 0, meta.bytes, position) < meta.bytes) return undefined;
  if (bytes.readUInt32LE(meta.magicAt) !== magic) return undefined;
  if ((bytes.readUInt32LE(meta.versionAt) & 0xffff) !== version) return undefined;
  const pageSize = bytes.readUInt32LE(meta.pageSizeAt);
  if (pageSize < 512 || pageSize > 65_536) return undefined;
  return {
    pageSize,
    lastPage: bytes.readBigUInt64LE(meta.lastPageAt),
    transaction: bytes.readBigUInt64LE(meta.transactionAt),
  };
}
