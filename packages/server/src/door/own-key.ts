/** The key that is made at the first start when none is configured. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createSecretFile } from "@mien/service/secret-files";
import { makeFolder } from "../make-folder.js";
import { SettingError } from "../setting-error.js";
import { isSendable } from "./key-ring.js";

/** Where the key lies, whether it was made already or not. */
export function keyFilePath(dataDirectory: string): string {
  return join(dataDirectory, "key");
}

/**
 * Reads the data directory's key, or makes one that only its owner can read.
 * @throws SettingError when its file cannot be read, is empty, or holds what is no key.
 */
export function ownKey(dataDirectory: string): string {
  makeFolder(dataDirectory, 0o700);
  const path = keyFilePath(dataDirectory);
  // Of several processes that start at once one makes it, and the others read it.
  if (!existsSync(path)) createSecretFile(path, `${randomBytes(32).toString("hex")}\n`);
  return readOwnKey(path);
}

/** @throws SettingError when the file cannot be read, is empty, or holds what is no key. */
export function readOwnKey(path: string): string {
  const key = readText(path).trim();
  if (key === "")
    throw new SettingError(`${path} is empty: remove it, and the next start creates a key`);
  if (!isSendable(key))
    throw new SettingError(
      `${path} does not contain a usable key: remove it, and the next start creates one`,
    );
  return key;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    throw new SettingError(`${path} cannot be read (${code})`, { cause });
  }
}
