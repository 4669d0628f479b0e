/** Files that hold keys: only their owner reads them, and what they held is overwritten before it is let go. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { giveAs } from "./give-as.js";

function syncFolder(path: string): void {
  // Windows gives no handle of a folder; its file systems keep names in order by themselves.
  if (process.platform === "win32") return;
  sync(path, "r");
}

/** Returns when the disk has what was written. */
function sync(path: string, flags: "r" | "r+"): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Overwrites a file in place and makes sure that the disk has it. Of one that is empty there is nothing to overwrite. */
function overwrite(path: string): void {
  const file = openSync(path, "r+");
  try {
    const { size } = fstatSync(file);
    if (size === 0) return;
    const chunk = 1 << 20;
    for (let at = 0; at < size; at += chunk)
      writeSync(file, randomBytes(Math.min(chunk, size - at)), 0, undefined, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Removes files, each after what is to be done to it before; those that are gone already are passed over. One that cannot be
 * removed keeps none of the others.
 * @throws the first failure, when all have had their turn.
 */
function removeAll(folder: string, names: readonly string[], before: (path: string) => void): void {
  let isChanged = false;
  const failures: Error[] = [];
  for (const name of names)
    try {
      const path = join(folder, name);
      before(path);
      unlinkSync(path);
      isChanged = true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") failures.push(error as Error);
    }
  // Once for all: a disk takes its time for it, and there may be thousands.
  if (isChanged) syncFolder(folder);
  if (failures[0] !== undefined) throw failures[0];
}

/** Overwrites files of a folder, then removes them, under whatever further names they are known. */
export function destroyFiles(folder: string, names: readonly string[]): void {
  removeAll(folder, names, overwrite);
}

/** The same for one file. Without the file, nothing. */
export function destroyFile(path: string): void {
  destroyFiles(dirname(path), [basename(path)]);
}

/** Destroys files of a folder; of those that have further names it takes these away and nothing else. */
export function destroyNames(folder: string, names: readonly string[]): void {
  removeAll(folder, names, (path) => {
    if (statSync(path).nlink === 1) overwrite(path);
  });
}

function writeDurably(path: string, content: Uint8Array | string): void {
  writeFileSync(path, content, { mode: 0o600, flag: "wx" });
  sync(path, "r+");
}

/** For what failed halfway. Why it did is to be told, and not that on the same full disk this fails too: whoever sweeps destroys what stays. */
function destroyIfPossible(path: string): void {
  try {
    destroyFile(path);
  } catch {
    return;
  }
}

/** Makes the file unless there is one: of several processes that try, one wins. Returns whether this one did. */
export function createSecretFile(path: string, content: Uint8Array | string): boolean {
  const own = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    writeDurably(own, content);
  } catch (error) {
    destroyIfPossible(own);
    throw error;
  }
  try {
    linkSync(own, path);
    syncFolder(dirname(path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    overwrite(own);
    return false;
  } finally {
    unlinkSync(own);
  }
}

/**
 * Replaces the file as a whole, then overwrites what it held. Those who could read it can read what takes its place.
 */
export function replaceSecretFile(path: string, content: Uint8Array | string): void {
  // Where the path is a link, the file itself: others may come to it by its own name.
  const file = realpathSync(path);
  const suffix = randomBytes(6).toString("hex");
  const [next, former] = [`${file}.${suffix}.tmp`, `${file}.${suffix}.old`];
  try {
    writeDurably(next, content);
    giveAs(file, next);
    linkSync(file, former);
    renameSync(next, file);
  } catch (error) {
    destroyIfPossible(next);
    throw error;
  }
  syncFolder(dirname(file));
  destroyFile(former);
}

/** Milliseconds after which a file that lives for an instant belongs to nobody who is still alive. */
const leftBehind = 5000;

/**
 * Destroys what processes left beside a file that were killed while they made or replaced it. Those that are young may
 * belong to one at work: they are waited for.
 */
export async function destroyLeftoversOf(path: string): Promise<void> {
  const file = realpathSync(path);
  const [folder, name] = [dirname(file), basename(file)];
  const isLeftover = (other: string): boolean =>
    other.startsWith(`${name}.`) && /^\.[0-9a-f]{12}\.(tmp|old)$/.test(other.slice(name.length));
  for (const leftover of readdirSync(folder).filter(isLeftover))
    for (;;) {
      const state = statSync(join(folder, leftover), { throwIfNoEntry: false });
      if (state === undefined) break;
      // Of one from the future the clock was set back since.
      const age = Math.abs(Date.now() - state.ctimeMs);
      if (age < leftBehind) {
        await setTimeout(leftBehind - age);
        continue;
      }
      destroyNames(folder, [leftover]);
      break;
    }
}
