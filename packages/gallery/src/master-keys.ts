/** The master keys, which wrap the keys of buckets: from the environment, or from a file that is read again when it changes. */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "./make-folder.js";
import { createSecretFile, destroyLeftoversOf, replaceSecretFile } from "./secret-files.js";
import { StoreSettingError, StoreUnavailableError } from "./store.js";

/** A key of 32 bytes that wraps the keys of buckets. */
export interface MasterKey {
  /** 8 bytes of the key's hash, in hexadecimal: says which key it is and nothing about it. */
  readonly id: string;
  readonly key: Buffer;
}

/** The master keys that are known now. */
export interface MasterKeys {
  /** The first: the one that keys are to be wrapped with. */
  first(): MasterKey;
  /** Absent: no key of this id is known, and what it wraps cannot be opened. */
  find(id: string): MasterKey | undefined;
}

/** @throws StoreUnavailableError naming the first key that is needed and not known. */
export function requireMasterKeys(masters: MasterKeys, ids: Iterable<string>): void {
  for (const id of ids)
    if (masters.find(id) === undefined)
      throw new StoreUnavailableError(`master key ${id} of the face store is not configured`);
}

function masterKey(key: Buffer): MasterKey {
  const id = createHash("sha256").update("mien master key\0").update(key).digest("hex");
  return { id: id.slice(0, 16), key };
}

/**
 * One or several keys of 32 bytes, each in hexadecimal or base64, separated by commas or white space; the first wraps.
 * @throws StoreSettingError without repeating what it was given.
 */
function readMasterKeys(text: string, place: string): readonly MasterKey[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const keys = words.map((word) => {
    const key = Buffer.from(word, /^[0-9a-fA-F]{64}$/.test(word) ? "hex" : "base64");
    if (key.length !== 32)
      throw new StoreSettingError(
        `${place}: a master key is 32 bytes in hexadecimal or base64 (create one with: openssl rand -hex 32)`,
      );
    return masterKey(key);
  });
  if (keys.length === 0) throw new StoreSettingError(`${place} contains no master key`);
  return keys;
}

/**
 * Keys that stay what they are.
 * @param text one or several, separated by commas or white space; the first wraps.
 * @param place where they are from, for whoever has to mend them.
 * @throws StoreSettingError for a key that is not 32 bytes in hexadecimal or base64.
 */
export function masterKeysFromText(text: string, place = "MIEN_MASTER_KEY"): MasterKeys {
  const keys = readMasterKeys(text, place);
  return { first: () => keys[0]!, find: (id) => keys.find((key) => key.id === id) };
}

/**
 * Reads the file again when a key is asked for that it did not have: rotation needs no restart.
 * @param options `create`: makes the file, with a random key, where there is none.
 * @throws StoreSettingError when the file cannot be read or holds no keys, here and in the methods of what is returned.
 */
export function masterKeysFromFile(path: string, options: { create?: boolean } = {}): MasterKeys {
  const read = (): readonly MasterKey[] => {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch (cause) {
      const { code = "" } = cause as NodeJS.ErrnoException;
      const remedy = code === "ENOENT" ? "; create it with: openssl rand -hex 32" : "";
      throw new StoreSettingError(`the master key file ${path} cannot be read (${code})${remedy}`, {
        cause,
      });
    }
    return readMasterKeys(text, path);
  };
  if (options.create === true) {
    try {
      readFileSync(path);
    } catch {
      makeFolder(dirname(path), 0o700);
      createSecretFile(path, `${randomBytes(32).toString("hex")}\n`);
    }
  }
  let keys = read();
  return {
    // Read again: a rotation may have put another key in front.
    first: () => (keys = read())[0]!,
    find(id) {
      const known = keys.find((key) => key.id === id);
      if (known !== undefined) return known;
      keys = read();
      return keys.find((key) => key.id === id);
    },
  };
}

/**
 * Rotates a file of master keys: a new key in front, `rewrap` with it, then the others are overwritten. A failure in
 * between leaves all keys in the file, and the next rotation ends what this one began.
 * @param rewrap wraps every key with the first key of the file as it is then.
 * @returns how many keys were wrapped otherwise.
 * @throws StoreUnavailableError also when another rotation began meanwhile: which keys are needed is for that one to say.
 */
export async function rotateMasterKeyFile(
  path: string,
  rewrap: () => Promise<number>,
): Promise<number> {
  const read = (): readonly MasterKey[] => readMasterKeys(readFileSync(path, "utf8"), path);
  // A rotation that was killed may have left the key before the former one.
  await destroyLeftoversOf(path);
  const former = read();
  const next = masterKey(randomBytes(32));
  const line = ({ key }: MasterKey): string => `${key.toString("hex")}\n`;
  replaceSecretFile(path, [next, ...former].map(line).join(""));
  const rewrapped = await rewrap();
  if (read()[0]!.id !== next.id)
    throw new StoreUnavailableError(`another rotation of ${path} has begun meanwhile and ends it`);
  replaceSecretFile(path, line(next));
  return rewrapped;
}
