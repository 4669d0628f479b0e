import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";

const pictureExtensions = new Set([".jpg", ".jpeg", ".png", ".gif", ".bmp"]);

/**
 * The picture files among what was named, in the order given: a file counts whatever its name, a folder stands for
 * the pictures below it, in the order of their paths. Folders whose name starts with a dot are passed over.
 * @throws a system error for a path that does not exist.
 */
export async function findPictures(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if ((await stat(path)).isDirectory()) found.push(...(await picturesBelow(path)));
    else found.push(path);
  }
  return [...new Set(found)];
}

async function picturesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await picturesBelow(path)));
    else if (entry.isFile() && pictureExtensions.has(extname(entry.name).toLowerCase()))
      found.push(path);
  }
  return found;
}
