/** Data of every released format opens: a folder in `fixtures/` for each, read by this version. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { masterKeysFromFile } from "@mien/gallery/master-keys";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cosine, newFace, openLmdbIn, temporaryFolder } from "./faces.js";

const fixtures = join(import.meta.dirname, "fixtures");

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the fixtures hold: made by a formula, from no picture. */
const expected = [1, 2, 3, 4].map((n) => ({
  tenant: n < 3 ? "one" : "two",
  faceId: `0000000${n}-0000-4000-8000-00000000000${n}`,
  recognitionModel: `recognition_0${n}`,
  embedding: Float32Array.from({ length: 128 }, (_, i) => Math.cos(n * (i + 1)) / 8),
  expiresAt: Date.UTC(2100, 0, 1),
}));

function openFixture(format: number) {
  cpSync(join(fixtures, `format-${format}`), folder, { recursive: true });
  return openLmdbIn(folder, {
    masterKeys: masterKeysFromFile(join(folder, "master-key"), { create: true }),
  });
}

describe("a data directory of an earlier release", () => {
  it("has a fixture here for each format", () => {
    expect(readdirSync(fixtures).filter((name) => name !== "README.md")).toEqual([
      "format-1",
      "format-2",
    ]);
  });

  it.each([1, 2])("of format %i opens with all its faces", async (format) => {
    const store = openFixture(format);
    for (const { tenant, faceId, embedding, ...rest } of expected) {
      const [found] = await store.get(tenant, [faceId]);
      expect(found).toMatchObject({ faceId, ...rest });
      expect(cosine(found!.embedding, embedding)).toBeGreaterThan(0.9999);
      expect(await store.get(tenant === "one" ? "two" : "one", [faceId])).toEqual([undefined]);
    }
    // One had expired when the fixture was made.
    expect(await store.get("one", ["00000009-0000-4000-8000-000000000009"])).toEqual([undefined]);
    expect(await store.examine()).toEqual({ faces: 4, damaged: 0 });
    await store.put("one", [newFace()], 60_000);
    await store.close();
    const again = openLmdbIn(folder, {
      masterKeys: masterKeysFromFile(join(folder, "master-key")),
    });
    expect((await again.get("two", [expected[3]!.faceId]))[0]).toBeDefined();
    await again.close();
  });

  it("of format 1 leaves no template in the clear, and lets no older version in again", async () => {
    const plain = Buffer.from(expected[0]!.embedding.buffer);
    expect(readFileSync(join(fixtures, "format-1/gallery/faces.mdb")).includes(plain)).toBe(true);
    await openFixture(1).close();
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const path = join(folder, name);
      if (lstatSync(path).isFile()) expect(readFileSync(path).includes(plain)).toBe(false);
    }
    const before = join(folder, "gallery", "faces.mdb");
    expect(existsSync(`${before}.upgraded`)).toBe(false);
    // What the older version does at its start.
    expect(() => open({ path: before })).toThrow("directory");
  });
});

describe("a process of an earlier release that still runs", () => {
  it.each([
    [1, "faces.mdb"],
    [2, "templates.mdb"],
  ])("of format %i is named, and nothing is taken from under it", async (format, file) => {
    cpSync(join(fixtures, `format-${format}`), folder, { recursive: true });
    const path = join(folder, "gallery", file);
    const masterKeys = masterKeysFromFile(join(folder, "master-key"), { create: true });
    // What a server of that release does: it has the database open and has read from it.
    const server = spawn(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `import { open } from "lmdb";
         const root = open({ path: ${JSON.stringify(path)}, compression: false });
         root.openDB({ name: "faces", encoding: "binary" }).get("x");
         console.log("ready");
         setInterval(() => undefined, 1000);`,
      ],
      { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] },
    );
    const gone = once(server, "exit");
    await once(server.stdout, "data");
    // The second time, the database of the first is still open.
    for (let start = 0; start < 2; start++)
      expect(() => openLmdbIn(folder, { masterKeys })).toThrow(
        `process ${server.pid} of an older version still uses it`,
      );
    server.kill();
    await gone;
    const store = openLmdbIn(folder, { masterKeys });
    expect((await store.get("one", [expected[0]!.faceId]))[0]).toBeDefined();
    await store.close();
  });
});

describe("a data directory of a later release", () => {
  it("is refused at the start, and by a server that runs while it is upgraded", async () => {
    const running = openLmdbIn(folder);
    await running.put("one", [newFace()], 60_000);
    const later = open({ path: join(folder, "gallery", "templates.mdb"), overlappingSync: false });
    await later.openDB({ name: "meta", encoding: "binary" }).put("format", Buffer.of(4));
    await expect(running.put("one", [newFace()], 60_000)).rejects.toThrow("format 4");
    await running.close();
    await later.close();
    expect(() => openLmdbIn(folder)).toThrow("run the newer version");
  });
});
