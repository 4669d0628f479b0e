/** The photographs of masks that are reported on. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pictureFormat } from "@mien/vision/picture-format";
import { dataFolder } from "./data-folder.js";
import { heldOut } from "./face-geometry.js";

export const maskFolders = ["with_mask", "without_mask"] as const;

/** Copies, by eye, by their pixels and by their embeddings, of photographs that the attribute network learned from. */
const copies = new Set([
  "with_mask/0_0_0 copy 3.jpg",
  "with_mask/0_0_2 copy 16.jpg",
  "with_mask/with_mask220.jpg",
  "without_mask/249.jpg",
  "without_mask/288.jpg",
]);

/** Turned, mirrored or blurred ones of a few photographs, whose numbers are on both sides. */
const isAugmented = (name: string): boolean => name.startsWith("augmented_image_");

/** Files of one folder that the service reads, of people whom the attribute network has not seen, as far as names tell. */
export async function reportedMaskPhotographs(
  folder: (typeof maskFolders)[number],
): Promise<string[]> {
  const names = (await readdir(join(dataFolder, "masks", folder))).sort();
  const learned = new Set(names.filter((name) => !heldOut(name)).map(personOf));
  const files: string[] = [];
  for (const name of names) {
    const person = personOf(name);
    const known = person !== undefined && learned.has(person);
    if (!heldOut(name) || known || isAugmented(name) || copies.has(`${folder}/${name}`)) continue;
    const file = join("masks", folder, name);
    if (pictureFormat(await readFile(join(dataFolder, file))) !== undefined) files.push(file);
  }
  return files;
}

/** Some files are called after the person, as `0_0_name_0012.jpg`. */
function personOf(name: string): string | undefined {
  return /^\d_\d_(\D+)_\d+\./.exec(name)?.[1];
}
