import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { SortJournal } from "./sort-journal.js";

let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "journal-"));
  file = join(root, "a.jpg");
  writeFileSync(file, "picture");
});
afterEach(() => rmSync(root, { recursive: true }));

it("remembers a photograph for a later run", async () => {
  await new SortJournal(root, "local").add(file, ["f1", "f2"], 1000);
  const known = await new SortJournal(root, "local").read([file], 999);
  expect(known.get(file)?.faceIds).toEqual(["f1", "f2"]);
});

it.each<[string, string, number, () => void]>([
  ["expired", "local", 1000, () => undefined],
  ["of another service", "https://a.example", 0, () => undefined],
  ["of a photograph that has changed", "local", 0, () => writeFileSync(file, "another picture")],
])("forgets what is %s", async (_what, origin, now, happen) => {
  await new SortJournal(root, "local").add(file, ["f1"], 1000);
  happen();
  expect((await new SortJournal(root, origin).read([file], now)).size).toBe(0);
});

it("survives a line that was cut off", async () => {
  const journal = new SortJournal(root, "local");
  await journal.add(file, ["f1"], 1000);
  appendFileSync(join(journal.folder, "journal.jsonl"), '{"file":"');
  expect((await journal.read([file], 0)).size).toBe(1);
});

it("is readable by its owner only, and goes away", async () => {
  const target = join(root, "people");
  const journal = new SortJournal(target, "local");
  await journal.add(file, ["f1"], 1000);
  expect(statSync(journal.folder).mode & 0o077).toBe(0);
  mkdirSync(join(root, "usual"));
  expect(statSync(target).mode).toBe(statSync(join(root, "usual")).mode);
  await journal.remove();
  expect(() => statSync(journal.folder)).toThrow();
});
