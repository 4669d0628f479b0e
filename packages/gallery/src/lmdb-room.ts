/**
 * Room on the disk for what LMDB makes when it opens a database. Where there is none it ends the process: it maps a file of
 * locks that was given its length and no blocks, and cannot undo an opening that failed halfway.
 */
import { randomBytes } from "node:crypto";
import { linkSync, rmSync, statSync, writeFileSync } from "node:fs";

/** Bytes of a file of locks, enough for the readers of dozens of processes. LMDB goes by the length that it finds. */
const lockBytes = 16_384;
/** Bytes that a new database needs and more, where pages are largest. */
const room = 1 << 20;

/**
 * Makes the file of locks of a database with all of its blocks where it is absent, and fails where the disk has no room for
 * a database that is yet to be made. One that is whole is opened on a full disk too: its faces can be read.
 * @throws the system's error, `ENOSPC` on a full disk.
 */
export function makeRoom(path: string): void {
  const lock = `${path}-lock`;
  const [data, locks] = [path, lock].map((file) => statSync(file, { throwIfNoEntry: false }));
  // One without blocks is what a process left that was ended when it first wrote to it.
  if ((data?.size ?? 0) === 0 || locks?.blocks === 0) withFile(path, room, () => undefined);
  if (locks === undefined) withFile(lock, lockBytes, (own) => linkUnlessThere(own, lock));
}

/** Works with a file of zeros beside the path, which is removed afterwards. */
function withFile(path: string, bytes: number, work: (own: string) => void): void {
  const own = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    // Only what was flushed is certain to have its blocks: some systems look for them late.
    writeFileSync(own, Buffer.alloc(bytes), { flag: "wx", flush: true });
    work(own);
  } finally {
    rmSync(own, { force: true });
  }
}

/** As a whole, and never in place of one that another process has made and mapped. */
function linkUnlessThere(file: string, path: string): void {
  try {
    linkSync(file, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
