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
let reloading: Reloading;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "open-door-"));
  told = [];
  reloading = new Reloading((line) => told.push(line));
});
afterEach(() => {
  reloading.close();
  rmSync(folder, { recursive: true });
});

describe("the key that a start made", () => {
  it("stays in force when its file is removed, and no other is made before the next start", () => {
    const settings = readSettings({}, { MIEN_DATA_DIR: folder });
    const { keys } = openDoor(settings, reloading);
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
