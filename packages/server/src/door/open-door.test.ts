import { mkdtempSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSettings } from "../settings.js";
import { openDoor } from "./open-door.js";
import { keyFilePath, readOwnKey } from "./own-key.js";
import { Reloading } from "./reloading.js";

let folder = "";
let told: string[] = [];
const report = (line: string): void => void told.push(line);
let reloading: Reloading;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "open-door-"));
  told = [];
  reloading = new Reloading(report);
});
afterEach(() => {
  reloading.close();
  rmSync(folder, { recursive: true });
});

describe("the key that a start made", () => {
  it("stays in force when its file is removed, and no other is made before the next start", () => {
    const settings = readSettings({}, { MIEN_DATA_DIR: folder });
    const { keys } = openDoor(settings, report, reloading);
    const path = keyFilePath(folder);
    const key = readOwnKey(path);
    rmSync(path);
    reloading.reloadAll();
    expect(keys.find(key)).toBeDefined();
    expect(existsSync(path)).toBe(false);
    expect(told).toEqual([
      `keys: not usable, the former stay in force: ${path} cannot be read (ENOENT)`,
    ]);
    writeFileSync(path, "another\n");
    reloading.reloadAll();
    expect(keys.find("another")).toBeDefined();
    expect(keys.find(key)).toBeUndefined();
  });
});

describe("a file without a key", () => {
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const tokens = (path: string) => ({
    MIEN_JWKS: path,
    MIEN_JWT_ISSUER: "i",
    MIEN_JWT_AUDIENCE: "a",
  });

  it("is spoken of at the start and whenever it is read", () => {
    const path = file("keys", "# to be filled\n");
    openDoor(readSettings({}, { MIEN_KEYS_FILE: path }), report, reloading);
    const notice = `keys: ${path} contains no key: every call is refused`;
    expect(told).toEqual([notice]);
    reloading.reloadAll();
    expect(told).toEqual([notice, notice, "keys: read again"]);
  });

  it("of signing keys is spoken of too", () => {
    const path = file("jwks.json", '{"keys":[]}');
    openDoor(readSettings({}, tokens(path)), report, reloading);
    const notice = `signing keys: ${path} contains no key: every token is refused`;
    expect(told).toEqual([notice]);
    reloading.reloadAll();
    expect(told).toEqual([notice, notice, "signing keys: read again"]);
  });

  it("is not spoken of beside others that let callers in", () => {
    const path = file("keys", "");
    openDoor(readSettings({}, { MIEN_KEYS_FILE: path, MIEN_API_KEYS: "one" }), report);
    openDoor(readSettings({}, { MIEN_API_KEYS: "one" }), report);
    expect(told).toEqual([]);
  });
});
