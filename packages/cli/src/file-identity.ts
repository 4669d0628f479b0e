/** Which file or folder a path leads to, whatever it is called. */
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";

/** Device and inode: the same for every hard link to a file, and for symbolic links to it. */
export async function identity(path: string): Promise<string> {
  // As doubles, the numbers of two files can be the same on Windows.
  const { dev, ino } = await stat(path, { bigint: true });
  return `${dev}:${ino}`;
}

/** The path without symbolic links, of what need not be there yet. */
export async function realPlace(path: string): Promise<string> {
  const place = resolve(path);
  try {
    return await realpath(place);
  } catch (error) {
    const above = dirname(place);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || above === place) throw error;
    return join(await realPlace(above), basename(place));
  }
}

/** Whether a real path is a folder's, or of something below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
