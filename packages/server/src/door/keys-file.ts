/**
 * The file of keys that `mien key` writes: a line `tenant sha256:<hex> [note]` each. It holds hashes only, so reading it
 * opens no door. Lines that are empty or begin with # are comments.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { SettingError } from "../setting-error.js";
import { changeFile } from "./exclusive-change.js";
import { hashedKey, isTenantName, type KnownKey } from "./key-ring.js";

/** A line of the file. */
export interface KeyLine extends KnownKey {
  /** The first digits of the hash: enough to name a key by. */
  readonly id: string;
  readonly note: string;
}

const idDigits = 12;

/** Nothing for an empty line or a comment. @throws SettingError naming the line, never its text: somebody may have put a plain key there. */
function parseLine(line: string, number: number, path: string): KeyLine | undefined {
  const trimmed = line.trim();
  if (trimmed === "" || trimmed.startsWith("#")) return undefined;
  const match = /^(\S+)\s+sha256:([0-9a-f]{64})(?:\s+(.*))?$/.exec(trimmed);
  if (match === null || !isTenantName(match[1]))
    throw new SettingError(
      `${path}: line ${number} is not "tenant sha256:<64 hex digits> [note]"; mien key add writes such lines`,
    );
  const digits = match[2]!;
  return {
    tenant: match[1],
    hash: Buffer.from(digits, "hex"),
    id: digits.slice(0, idDigits),
    note: match[3] ?? "",
  };
}

/** @throws SettingError naming the first line that is wrong. */
export function parseKeys(text: string, path: string): KeyLine[] {
  return text.split("\n").flatMap((line, index) => parseLine(line, index + 1, path) ?? []);
}

/** @throws SettingError when it is absent or not readable. */
export function readKeysFile(path: string): KeyLine[] {
  try {
    return parseKeys(readFileSync(path, "utf8"), path);
  } catch (error) {
    if (error instanceof SettingError) throw error;
    throw new SettingError(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? ""})`,
    );
  }
}

/** Makes a random key, adds its hash to the file and returns the key: the only time that it can be seen. */
export function addKey(path: string, tenant: string, note: string): { key: string; id: string } {
  if (!isTenantName(tenant))
    throw new SettingError(
      "a tenant may contain only letters, digits and . _ @ -, at most 128 characters",
    );
  const told = note.replace(/\s+/g, " ").trim();
  // A terminal that shows the note would obey them.
  if (/\p{Cc}/u.test(told)) throw new SettingError("a note must not contain control characters");
  const key = randomBytes(32).toString("hex");
  const hash = hashedKey(key).toString("hex");
  const line = [tenant, `sha256:${hash}`, told].filter((word) => word !== "").join(" ");
  changeFile(path, (before) => {
    parseKeys(before, path);
    const gap = before === "" || before.endsWith("\n") ? "" : "\n";
    return `${before}${gap}${line}\n`;
  });
  return { key, id: hash.slice(0, idDigits) };
}

/** Revokes the key of an id. Returns whether there was one. @throws SettingError also when there is no file. */
export function removeKey(path: string, id: string): boolean {
  // Of a file that is elsewhere, "no such key" would be taken for a key that is revoked already.
  readKeysFile(path);
  let found = false;
  changeFile(path, (before) => {
    const lines = before.split("\n");
    const kept = lines.filter((line, index) => parseLine(line, index + 1, path)?.id !== id);
    found = kept.length < lines.length;
    return found ? kept.join("\n") : undefined;
  });
  return found;
}
