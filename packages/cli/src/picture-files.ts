import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { exitCodes } from "./exit-codes.js";
import { describeFailure } from "./failure.js";
import { identity } from "./file-identity.js";
import { type Terminal, warn } from "./terminal.js";

const pictureExtensions = new Set([".jpg", ".jpeg", ".png", ".gif", ".bmp"]);

export interface FoundPictures {
  readonly files: readonly string[];
  /** How the command ends though all files go well: refused, where a folder or picture below it could not be read. */
  readonly exitCode: typeof exitCodes.done | typeof exitCodes.refused;
}

/**
 * The picture files among what was named, in the order given: a file counts whatever its name, a folder stands for
 * the pictures below it, in the order of their paths. Folders whose name starts with a dot and links to folders are
 * passed over. Of several links to one picture, one counts: a hard link before a symbolic one.
 * @param terminal where it is told that a folder has none, or what below it cannot be read.
 * @throws a system error for a path that does not exist.
 */
export async function findPictures(
  paths: readonly string[],
  terminal: Terminal,
): Promise<FoundPictures> {
  const found = new Set<string>();
  const looked = new Set<string>();
  let faults = 0;
  const onFault = (error: unknown): void => {
    warn(terminal, describeFailure(error).message);
    faults += 1;
  };
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) {
      found.add(path);
      looked.add(await identity(path));
      continue;
    }
    const before = faults;
    const pictures: FoundPicture[] = [];
    for await (const picture of picturesBelow(path, onFault)) pictures.push(picture);
    const kept = new Set<string>();
    for (const { file, key } of [...pictures].sort((a, b) => Number(a.isLink) - Number(b.isLink))) {
      if (!looked.has(key)) kept.add(file);
      looked.add(key);
    }
    for (const { file } of pictures) if (kept.has(file)) found.add(file);
    if (pictures.length === 0 && faults === before)
      warn(terminal, `${path}: contains no pictures (${[...pictureExtensions].join(", ")})`);
  }
  return { files: [...found], exitCode: faults > 0 ? exitCodes.refused : exitCodes.done };
}

interface FoundPicture {
  readonly file: string;
  /** The same for every link to the picture. */
  readonly key: string;
  readonly isLink: boolean;
}

/** @param onFault is told of what could not be read. */
async function* picturesBelow(
  folder: string,
  onFault: (error: unknown) => void,
): AsyncGenerator<FoundPicture> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    onFault(error);
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const file = join(folder, entry.name);
    if (entry.isDirectory()) {
      yield* picturesBelow(file, onFault);
      continue;
    }
    const isLink = entry.isSymbolicLink();
    const isNamed = pictureExtensions.has(extname(entry.name).toLowerCase());
    if (!isNamed || !(isLink || entry.isFile())) continue;
    try {
      if (isLink && !(await stat(file)).isFile()) continue;
      yield { file, key: await identity(file), isLink };
    } catch (error) {
      onFault(error);
    }
  }
}
