/** How a backup begins, and what is said of a file that does not. */
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";

const format = 1;
/** How the first line of a backup of any version begins. */
export const anyBackup = `{"mien":"backup",`;
/** The first line of a backup of this version. */
export const backupHeader = `${anyBackup}"format":${format}}\n`;

/** The file is none of Mien's, of another version or damaged, or no backup can go there. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

/** What is there, links followed; `undefined` where nothing is. */
export async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}
