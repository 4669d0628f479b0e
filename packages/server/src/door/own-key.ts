/** The key that is made at the first start when none is configured. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export function keyFilePath(dataDirectory: string): string {
  return join(dataDirectory, "key");
}

/** Reads the data directory's key, or makes one that only its owner can read. */
export function ownKey(dataDirectory: string): string {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const path = keyFilePath(dataDirectory);
  try {
    // `wx` lets one of several processes that start at once make the key; the others read it.
    writeFileSync(path, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(path, "utf8").trim();
}
