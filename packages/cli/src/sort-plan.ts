import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { identity } from "./file-identity.js";
import { FolderNames } from "./folder-names.js";

/** One link to make: the photograph, and its place below the target folder. */
export interface PlannedLink {
  readonly photograph: string;
  readonly folder: string;
  readonly name: string;
}

export interface SortPlan {
  /** Links still to be made. */
  readonly links: readonly PlannedLink[];
  /**
   * Links of an earlier call to be removed, as paths below the target folder: in the folder of people seen once, or of
   * photographs without a face, though more has been found in the photograph since.
   */
  readonly outdated: readonly string[];
  /** Photographs of each folder, those that are there already included. */
  readonly folders: ReadonlyMap<string, number>;
}

/** Photographs whose faces were seen in no other one. */
export const seenOnceFolder = "seen-once";
export const noFaceFolder = "no-face";

/**
 * Decides which photograph goes into which folder. A person whose photographs already lie in a folder of the target,
 * whatever somebody has renamed it to, keeps that folder: hard links are recognised by their inode.
 * @param people photographs of each person, the person with the most first.
 */
export async function planSort(
  target: string,
  people: readonly (readonly string[])[],
  seenOnce: readonly string[],
  noFace: readonly string[],
): Promise<SortPlan> {
  const present = await presentLinks(target);
  const folders = new Map<string, number>();
  const links: PlannedLink[] = [];
  /** Folders of each photograph, by its device and inode. */
  const planned = new Map<string, Set<string>>();
  const takenFolders = new Set<string>([seenOnceFolder, noFaceFolder]);
  const photographsOf = people.map((photographs) => [...new Set(photographs)]);

  const kept: (string | undefined)[] = [];
  for (const photographs of photographsOf) {
    const folder = await folderOfMost(photographs, present, takenFolders);
    if (folder !== undefined) takenFolders.add(folder);
    kept.push(folder);
  }
  const digits = Math.max(3, String(photographsOf.length).length);
  const folderNames = new FolderNames([...takenFolders, ...present.names.keys()]);
  let number = 0;
  const nextFolder = (): string => {
    let name: string;
    do {
      number += 1;
      name = `person-${String(number).padStart(digits, "0")}`;
    } while (folderNames.has(name));
    return name;
  };

  const place = async (photographs: readonly string[], folder: string) => {
    if (photographs.length === 0) return;
    folders.set(folder, photographs.length);
    const names = new FolderNames(present.names.get(folder));
    for (const photograph of photographs) {
      const key = await identity(photograph);
      planned.set(key, (planned.get(key) ?? new Set()).add(folder));
      if (present.folders.get(key)?.has(folder) === true) continue;
      links.push({ photograph, folder, name: names.take(basename(photograph)) });
    }
  };
  for (const [index, photographs] of photographsOf.entries()) {
    await place(photographs, kept[index] ?? nextFolder());
  }
  await place([...new Set(seenOnce)], seenOnceFolder);
  await place([...new Set(noFace)], noFaceFolder);
  return { links, outdated: outdatedLinks(planned, present), folders };
}

/** Of planned photographs alone, which lie elsewhere too, so that none is lost; what people put into folders stays. */
function outdatedLinks(
  planned: ReadonlyMap<string, ReadonlySet<string>>,
  present: PresentLinks,
): string[] {
  return [...planned].flatMap(([key, folders]) =>
    [seenOnceFolder, noFaceFolder]
      .filter((folder) => !folders.has(folder))
      .flatMap((folder) =>
        (present.folders.get(key)?.get(folder) ?? []).map((name) => join(folder, name)),
      ),
  );
}

interface PresentLinks {
  /** Folders in which a file lies, and its names there, by its device and inode. */
  readonly folders: Map<string, Map<string, string[]>>;
  /** Names of the files of each folder. */
  readonly names: Map<string, string[]>;
}

async function presentLinks(target: string): Promise<PresentLinks> {
  const present: PresentLinks = { folders: new Map(), names: new Map() };
  let entries;
  try {
    entries = await readdir(target, { withFileTypes: true });
  } catch {
    return present;
  }
  for (const { name } of entries.filter((entry) => entry.isDirectory() && entry.name[0] !== ".")) {
    const files = await readdir(join(target, name), { withFileTypes: true });
    present.names.set(
      name,
      files.map((file) => file.name),
    );
    for (const file of files.filter((entry) => entry.isFile())) {
      const key = await identity(join(target, name, file.name));
      const folders = present.folders.get(key) ?? new Map<string, string[]>();
      present.folders.set(key, folders.set(name, [...(folders.get(name) ?? []), file.name]));
    }
  }
  return present;
}

async function folderOfMost(
  photographs: readonly string[],
  present: PresentLinks,
  taken: ReadonlySet<string>,
): Promise<string | undefined> {
  const votes = new Map<string, number>();
  for (const photograph of photographs) {
    for (const folder of present.folders.get(await identity(photograph))?.keys() ?? []) {
      if (!taken.has(folder)) votes.set(folder, (votes.get(folder) ?? 0) + 1);
    }
  }
  return [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
}
