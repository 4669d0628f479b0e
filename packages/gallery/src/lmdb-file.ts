/** What can be said of a database's file before it is mapped: LMDB trusts its bytes, and a short file would end the process. */
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { readHead } from "./lmdb-file-head.js";
import { StoreUnavailableError } from "./store.js";

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
    const head = readHead(file);
    if (head === undefined)
      throw new StoreUnavailableError(`${path} is damaged: it does not begin as a database does`);
    const needed = (Number(head.lastPage) + 1) * head.pageSize;
    // After the meta data, which other processes write when the pages are there.
    const { size } = fstatSync(file);
    if (size >= needed) {
      const lastPage = Buffer.alloc(head.pageSize);
      readSync(file, lastPage, 0, head.pageSize, needed - head.pageSize);
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
