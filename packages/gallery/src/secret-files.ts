/** Files that hold keys: only their owner reads them, and what they held is overwritten before it is let go. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

function syncFolder(path: string): void {
  // Windows gives no handle of a folder; its file systems keep names in order by themselves.
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Overwrites a file in place and makes sure that the disk has it. */
function overwrite(path: string): void {
  const file = openSync(path, "r+");
  try {
    const { size } = fstatSync(file);
    const chunk = 1 << 20;
    for (let at = 0; at < size; at += chunk)
      writeSync(file, randomBytes(Math.min(chunk, size - at)), 0, undefined, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Overwrites a file, then removes it. Without the file, nothing. */
export function destroyFile(path: string): void {
  try {
    overwrite(path);
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return;
  }
  syncFolder(dirname(path));
}

function writeDurably(path: string, content: Uint8Array | string): void {
  writeFileSync(path, content, { mode: 0o600, flag: "wx" });
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the file unless there is one: of several processes that try, one wins. Returns whether this one did. */
export function createSecretFile(path: string, content: Uint8Array | string): boolean {
  const own = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  writeDurably(own, content);
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

/** Replaces the file as a whole, then overwrites what it held. */
export function replaceSecretFile(path: string, content: Uint8Array | string): void {
  const suffix = randomBytes(6).toString("hex");
  const [next, former] = [`${path}.${suffix}.tmp`, `${path}.${suffix}.old`];
  writeDurably(next, content);
  linkSync(path, former);
  renameSync(next, path);
  syncFolder(dirname(path));
  destroyFile(former);
}

/** Removes one of several names of a file. */
export function unlinkName(path: string): void {
  unlinkSync(path);
  syncFolder(dirname(path));
}
