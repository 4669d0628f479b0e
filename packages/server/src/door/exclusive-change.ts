/** One change of a file at a time, whichever processes make them. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { giveAs } from "@mien/service/give-as";
import { messageOf } from "../message-of.js";
import { SettingError } from "../setting-error.js";

/** All in milliseconds. A change reads and writes a small file: it takes a few. */
const times = {
  betweenLooks: 20,
  /** A lock that has stood this long belongs to nobody who is still alive. */
  leftBehind: 5000,
  /** Whoever was stopped for this long leaves the file as it is: others may take his lock for left behind. */
  mostForAChange: 2500,
  /** After this long a person has to look. */
  patience: 20_000,
} as const;

/**
 * Puts another text in the place of a file's, while nobody else changes it by this function. Readers see the old file or
 * the new one, and those who could read the old one can read the new one.
 * @param change makes the new text of the old one, which is empty where there is no file; `undefined`: it stays as it
 * is. May be called again.
 * @throws SettingError, also what `change` throws of that.
 */
export function changeFile(path: string, change: (text: string) => string | undefined): void {
  try {
    const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
    changeWithLock(isThere ? realpathSync(path) : path, change);
  } catch (error) {
    if (error instanceof SettingError) throw error;
    // The system would name the lock or the draft, or nothing.
    const { code = messageOf(error), syscall } = error as NodeJS.ErrnoException;
    const remedy =
      code === "EPERM" && syscall === "chown"
        ? "; only root, or its owner as a member of its group, can"
        : "";
    throw new SettingError(`${path} cannot be changed (${code})${remedy}`, { cause: error });
  }
}

function changeWithLock(path: string, change: (text: string) => string | undefined): void {
  const started = performance.now();
  for (;;) {
    const lock = takeLock(path, started);
    const deadline = performance.now() + times.mostForAChange;
    const draft = `${path}.${lock.owner}.tmp`;
    try {
      const text = change(contentOf(path) ?? "");
      if (text === undefined) return;
      writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
      if (statSync(path, { throwIfNoEntry: false }) !== undefined) giveAs(path, draft);
      if (performance.now() < deadline) {
        renameSync(draft, path);
        return;
      }
    } finally {
      rmSync(draft, { force: true });
      if (contentOf(lock.path) === lock.owner) unlinkSync(lock.path);
    }
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

interface Lock {
  readonly path: string;
  /** What the lock's file holds: no other lock ever held it. */
  readonly owner: string;
}

/** @throws SettingError when others hold it for too long. */
function takeLock(file: string, started: number): Lock {
  const lock: Lock = { path: `${file}.lock`, owner: randomBytes(6).toString("hex") };
  let seen: { readonly owner: string | undefined; readonly since: number } | undefined;
  while (!createFile(lock.path, lock.owner)) {
    const now = performance.now();
    if (now - started > times.patience)
      throw new SettingError(
        `${file} is being changed by another process; if there is none, remove ${lock.path} and ${lock.path}.left`,
      );
    const owner = contentOf(lock.path);
    // How long it has been seen to stand, not when it was made: the clocks of two machines may differ.
    if (seen === undefined || seen.owner !== owner) seen = { owner, since: now };
    else if (now - seen.since > times.leftBehind && owner !== undefined)
      removeLeftBehind({ path: lock.path, owner });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, times.betweenLooks);
  }
  return lock;
}

/** Of several that see the same lock left behind one removes it: the second would remove the lock of the first. */
function removeLeftBehind({ path, owner }: Lock): void {
  const guard = `${path}.left`;
  if (!createFile(guard, "")) return;
  try {
    if (contentOf(path) === owner) unlinkSync(path);
  } finally {
    unlinkSync(guard);
  }
}

/** Returns whether there was none. */
function createFile(path: string, content: string): boolean {
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    writeFileSync(file, content);
    return true;
  } catch (error) {
    // Others would wait for one that nobody holds.
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
}
