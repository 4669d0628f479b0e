import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ownKey } from "./own-key.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "own-key-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("makes a key once, which only its owner reads, and leaves nothing beside it", () => {
  const key = ownKey(folder);
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(ownKey(folder)).toBe(key);
  expect(readdirSync(folder)).toEqual(["key"]);
  if (process.platform !== "win32") expect(statSync(join(folder, "key")).mode & 0o777).toBe(0o600);
});

it("leaves alone what another container makes at the same time, whose process has the same number", () => {
  const draft = join(folder, `key.${process.pid}.tmp`);
  writeFileSync(draft, "of the other");
  ownKey(folder);
  expect(readFileSync(draft, "utf8")).toBe("of the other");
});
