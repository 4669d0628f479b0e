/** Pictures, pairs and people of LFW. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder } from "./data-folder.js";

export interface LfwPair {
  /** Person and file, as below `images`. */
  readonly first: string;
  readonly second: string;
  readonly same: boolean;
}

/** LFW pictures are 250 pixels wide and high, their subject in the middle. */
export const lfwCenter = 125;

export function lfwPath(file: string): string {
  return join(dataFolder, "lfw/images", file);
}

export async function readPairs(): Promise<LfwPair[]> {
  const name = (person: string, number: string): string =>
    `${person}/${person}_${number.padStart(4, "0")}.jpg`;
  const [, ...lines] = (await readFile(join(dataFolder, "lfw/pairs.txt"), "utf8"))
    .trim()
    .split("\n");
  return lines.map((line) => {
    const words = line.split("\t");
    const same = words.length === 3;
    return {
      first: name(words[0]!, words[1]!),
      second: same ? name(words[0]!, words[2]!) : name(words[2]!, words[3]!),
      same,
    };
  });
}

/** Every picture of the pairs, once, in a fixed order. */
export function picturesOf(pairs: readonly LfwPair[]): string[] {
  return [...new Set(pairs.flatMap(({ first, second }) => [first, second]))].sort();
}

export function personOf(file: string): string {
  return file.split("/", 1)[0]!;
}

/** Which half of the people a person is in: 0 fits, 1 checks. Fixed by the name, so that no person is in both. */
export function halfOf(person: string): 0 | 1 {
  return createHash("sha256").update(person).digest()[0]! % 2 === 0 ? 0 : 1;
}
