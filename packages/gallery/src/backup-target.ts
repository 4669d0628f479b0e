/** Where a backup may go: to a name that is free or an earlier backup's, and never between the files of a store. */
import { open, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { anyBackup, BackupError, statsOf } from "./backup-format.js";

/**
 * The file that a path leads to.
 * @param dataDirectory need not be there.
 * @throws BackupError where no backup can go, the system's error where there is no such folder.
 */
export async function backupTarget(
  path: string,
  dataDirectory: string | undefined,
): Promise<string> {
  const present = await statsOf(path);
  // Of a folder the system would say so of the file beside it, and only at the end; a pipe or device would be replaced.
  if (path === "" || present?.isFile() === false)
    throw new BackupError(`"${path}" is no name of a file: name one to write the backup to`);
  const place = resolve(path);
  // Where the path is a link, the file itself: others may come to it by its own name.
  const target =
    present === undefined
      ? join(await realpath(dirname(place)), basename(place))
      : await realpath(place);
  if (dataDirectory !== undefined && (await isWithin(target, dataDirectory)))
    throw new BackupError(
      `${path} lies in the data directory, where the store's own files are: write the backup elsewhere`,
    );
  await refuseToReplace(target);
  return target;
}

/** @throws BackupError where there is a file that is no backup and not empty: nobody could bring it back. */
export async function refuseToReplace(target: string): Promise<void> {
  if ((await statsOf(target)) === undefined) return;
  const file = await open(target, "r");
  try {
    const start = Buffer.alloc(anyBackup.length);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    if (bytesRead > 0 && start.toString("latin1", 0, bytesRead) !== anyBackup)
      throw new BackupError(
        `${target} is no backup and would be lost: move it, or name another file`,
      );
  } finally {
    await file.close();
  }
}

async function isWithin(path: string, folder: string): Promise<boolean> {
  if ((await statsOf(folder)) === undefined) return false;
  const way = relative(await realpath(folder), path);
  return !isAbsolute(way) && way.split(sep)[0] !== "..";
}
