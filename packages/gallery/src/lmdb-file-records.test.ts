import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { open } from "lmdb";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readFileRecord } from "./lmdb-file-records.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mien-records-"));
  path = join(folder, "templates.mdb");
});
afterEach(() => rmSync(folder, { recursive: true }));

function openDatabase() {
  const root = open({ path, overlappingSync: false, compression: false });
  return { root, meta: root.openDB<Buffer, string>({ name: "meta", encoding: "binary" }) };
}

it("reads a record, and none where there is none", async () => {
  const { root, meta } = openDatabase();
  expect(readFileRecord(path, "masterKey")).toBeUndefined();
  await meta.put("format", Buffer.of(3));
  await meta.put("masterKey", Buffer.from("0011223344556677"));
  expect(readFileRecord(path, "masterKey")?.toString()).toBe("0011223344556677");
  expect(readFileRecord(path, "format")).toEqual(Buffer.of(3));
  expect(readFileRecord(path, "clock")).toBeUndefined();
  await root.close();
  expect(readFileRecord(path, "masterKey")?.toString()).toBe("0011223344556677");
});

it("reads what was committed while others write, whichever page it is moved to", async () => {
  const { root, meta } = openDatabase();
  const others = root.openDB<Buffer, number>({ name: "faces", encoding: "binary" });
  await meta.put("masterKey", Buffer.from("id 0"));
  const rounds = { left: 150 };
  const read = new Set<string | undefined>();
  const reading = (async () => {
    while (rounds.left > 0) {
      read.add(readFileRecord(path, "masterKey")?.toString());
      await setImmediate();
    }
  })();
  for (; rounds.left > 0; rounds.left--)
    await root.transaction(() => {
      void meta.put("masterKey", Buffer.from(`id ${rounds.left}`));
      for (let face = 0; face < 20; face++) void others.put(face, Buffer.alloc(900, rounds.left));
    });
  await reading;
  const known = Array.from({ length: 151 }, (_, round) => `id ${round}`);
  expect([...read].filter((id) => id === undefined || !known.includes(id))).toEqual([]);
  expect(read.size).toBeGreaterThan(1);
  await root.close();
}, 60_000);

it.each([
  ["nothing", Buffer.alloc(0)],
  ["other bytes", Buffer.alloc(65_536, "x")],
])("finds no record in %s", (_, bytes) => {
  writeFileSync(path, bytes);
  expect(readFileRecord(path, "masterKey")).toBeUndefined();
});
