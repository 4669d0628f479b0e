import { appendFile, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "@mien/server/make-folder";

/** What is remembered of a photograph that was looked at: which faces, and until when their faceIds live. */
export interface JournalEntry {
  readonly file: string;
  readonly size: number;
  readonly modified: number;
  readonly faceIds: readonly string[];
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** Service and model that made the faceIds; those of another are worth nothing here. */
  readonly origin: string;
}

/**
 * What a sort has done so far, one line for each photograph, so that an interrupted one goes on where it was and the
 * dry run's work is not done twice. It lies in the target folder and is removed once the links are made.
 */
export class SortJournal {
  readonly folder: string;
  readonly #target: string;
  readonly #file: string;

  constructor(
    target: string,
    private readonly origin: string,
  ) {
    this.#target = target;
    this.folder = join(target, ".mien-sort");
    this.#file = join(this.folder, "journal.jsonl");
  }

  /** The entries that still hold: the photograph unchanged, its faceIds alive, made by the same service and model. */
  async read(files: readonly string[], now: number): Promise<Map<string, JournalEntry>> {
    const wanted = new Set(files);
    const entries = new Map<string, JournalEntry>();
    let text: string;
    try {
      text = await readFile(this.#file, "utf8");
    } catch {
      return entries;
    }
    for (const line of text.split("\n")) {
      const entry = parseEntry(line);
      if (entry === undefined || !wanted.has(entry.file)) continue;
      if (entry.origin === this.origin && entry.expires > now && (await isUnchanged(entry)))
        entries.set(entry.file, entry);
    }
    return entries;
  }

  /** Makes its folder, for its owner alone; the target, which is everybody's, first. */
  makeFolder(): void {
    makeFolder(this.#target);
    makeFolder(this.folder, 0o700);
  }

  async add(file: string, faceIds: readonly string[], expires: number): Promise<void> {
    this.makeFolder();
    const { size, mtimeMs } = await stat(file);
    const entry: JournalEntry = {
      file,
      size,
      modified: mtimeMs,
      faceIds,
      expires,
      origin: this.origin,
    };
    await appendFile(this.#file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
  }

  /** Forgets what was seen. */
  async forget(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  /** Removes everything, the faces of a service in this process included. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Undefined for a line that was cut off when the process was killed. */
function parseEntry(line: string): JournalEntry | undefined {
  try {
    return JSON.parse(line) as JournalEntry;
  } catch {
    return undefined;
  }
}

async function isUnchanged(entry: JournalEntry): Promise<boolean> {
  const { size, mtimeMs } = await stat(entry.file);
  return size === entry.size && mtimeMs === entry.modified;
}
