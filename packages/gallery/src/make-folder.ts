/** Folders, with those above them. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those above it that are absent. Node's own way of doing so never returns where the system says that a
 * folder is not there and lets nobody make it, as `/proc` does.
 * @param mode of every folder that is made.
 * @throws the system's error about the first one that cannot be made.
 */
export function makeFolder(path: string, mode = 0o777): void {
  const folder = resolve(path);
  const above = dirname(folder);
  if (!existsSync(above)) makeFolder(above, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
