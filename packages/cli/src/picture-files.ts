import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { type Terminal, warn } from "./terminal.js";

const pictureExtensions = new Set([".jpg", ".jpeg", ".png", ".gif", ".bmp"]);

/**
 * The picture files among what was named, in the order given: a file counts whatever its name, a folder stands for
 * the pictures below it, in the order of their paths. Folders whose name starts with a dot are passed over.
 * @param terminal where it is told that a folder has none.
 * @throws a system error for a path that does not exist.
 */
export async function findPictures(
  paths: readonly string[],
  terminal: Terminal,
): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) {
      found.add(path);
      continue;
    }
    let pictures = 0;
    for await (const picture of picturesBelow(path)) {
      found.add(picture);
      pictures++;
    }
    if (pictures === 0)
      warn(
        terminal,
        `${path}: no picture below it, that is no ${[...pictureExtensions].join(", ")}`,
      );
  }
  return [...found];
}

async function* picturesBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* picturesBelow(path);
    else if (entry.isFile() && pictureExtensions.has(extname(entry.name).toLowerCase())) yield path;
  }
}
