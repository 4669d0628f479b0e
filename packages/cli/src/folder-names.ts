import { basename, extname } from "node:path";

/** The names in one folder. Those that differ in case alone are the same to macOS and Windows. */
export class FolderNames {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set([...taken].map((name) => name.toLowerCase()));
  }

  has(name: string): boolean {
    return this.#taken.has(name.toLowerCase());
  }

  /** Takes a name: this one, or the first of `stem-2.ext`, `stem-3.ext` and so on that is free. */
  take(name: string): string {
    const extension = extname(name);
    const stem = basename(name, extension);
    let free = name;
    for (let copy = 2; this.has(free); copy += 1) free = `${stem}-${copy}${extension}`;
    this.#taken.add(free.toLowerCase());
    return free;
  }
}
