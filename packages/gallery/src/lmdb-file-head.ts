/** What a database's file says of itself at its begin, read without LMDB. */
import { readSync } from "node:fs";

/** Offsets within a page of meta data, of which there are two at the file's begin. */
const meta = {
  magicAt: 24,
  versionAt: 28,
  pageSizeAt: 48,
  rootAt: 136,
  lastPageAt: 144,
  transactionAt: 152,
  bytes: 160,
} as const;
const magic = 0xbeefc0de;
const version = 2;

/** The last state that was committed to the file. */
export interface FileHead {
  /** Bytes. */
  readonly pageSize: number;
  /** Number of the last page that is in use. */
  readonly lastPage: bigint;
  /** Number of the page that the names of databases are found from. */
  readonly root: bigint;
  readonly transaction: bigint;
}

/** `undefined` for a file that is no database of this version. */
export function readHead(file: number): FileHead | undefined {
  const first = readMeta(file, 0);
  if (first === undefined) return undefined;
  const second = readMeta(file, first.pageSize);
  return second !== undefined && second.transaction > first.transaction ? second : first;
}

function readMeta(file: number, position: number): FileHead | undefined {
  const bytes = Buffer.alloc(meta.bytes);
  if (readSync(file, bytes, 0, meta.bytes, position) < meta.bytes) return undefined;
  if (bytes.readUInt32LE(meta.magicAt) !== magic) return undefined;
  if ((bytes.readUInt32LE(meta.versionAt) & 0xffff) !== version) return undefined;
  const pageSize = bytes.readUInt32LE(meta.pageSizeAt);
  if (pageSize < 512 || pageSize > 65_536) return undefined;
  return {
    pageSize,
    root: bytes.readBigUInt64LE(meta.rootAt),
    lastPage: bytes.readBigUInt64LE(meta.lastPageAt),
    transaction: bytes.readBigUInt64LE(meta.transactionAt),
  };
}
