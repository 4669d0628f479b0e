/** Files that are read again when they change, or when the operator says so: keys, signing keys, certificates. */
import { unwatchFile, watchFile } from "node:fs";
import { messageOf } from "../message-of.js";

interface Part {
  readonly name: string;
  readonly files: readonly string[];
  readonly reload: () => void;
}

/** Looking at the file's state works where notices get lost: mounted volumes, links that are swapped. */
const interval = 1000;

/** Watches files and reads them again; a failure is reported and changes nothing. */
export class Reloading {
  readonly #parts: Part[] = [];
  readonly #stops: (() => void)[] = [];

  /** @param report where it is told what was read again and what could not be. */
  constructor(private readonly report: (line: string) => void) {}

  /** @param reload throws when the files are not usable; what was read before then stays in force. */
  add(name: string, files: readonly string[], reload: () => void): void {
    const part = { name, files, reload };
    this.#parts.push(part);
    for (const file of files) {
      const listener = (): void => this.#run(part);
      watchFile(file, { interval, persistent: false }, listener);
      this.#stops.push(() => unwatchFile(file, listener));
    }
  }

  /** Reads everything again. */
  reloadAll(): void {
    for (const part of this.#parts) this.#run(part);
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #run({ name, reload }: Part): void {
    try {
      reload();
      this.report(`${name}: read again`);
    } catch (error) {
      this.report(`${name}: not usable, the former stay in force: ${messageOf(error)}`);
    }
  }
}
