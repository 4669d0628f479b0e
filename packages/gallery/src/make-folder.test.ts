import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { makeFolder } from "./make-folder.js";

const folder = mkdtempSync(join(tmpdir(), "mien-folders-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("makes what is absent, for its owner only where that is asked for, and leaves what is there", () => {
  const path = join(folder, "a", "b");
  makeFolder(path, 0o700);
  makeFolder(path);
  if (process.platform === "win32") return;
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "a")).mode & 0o777).toBe(0o700);
});

it("says what is in the way", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect(() => makeFolder(file)).toThrow(/^EEXIST/);
  expect(() => makeFolder(join(file, "a", "b"))).toThrow(/^ENOTDIR/);
});

it.skipIf(process.platform !== "linux")("fails where nobody can make one", () => {
  expect(() => makeFolder("/proc/mien/data")).toThrow(/^ENOENT.*\/proc\/mien'$/);
});
