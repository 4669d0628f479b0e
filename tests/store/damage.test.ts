/** Disks that are full, read-only or damaged: a clear error, and never a wrong answer. Each in a process of its own. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sealedOf } from "./attack.js";
import { newFace, openLmdbIn, SettableClock, temporaryFolder } from "./faces.js";

const script = join(import.meta.dirname, "processes", "user.js");

interface Told {
  readonly put: [faceId: string, value: number][];
  readonly right: number;
  readonly absent: number;
  readonly refused: number;
  readonly wrong: number;
  readonly damaged: number;
  readonly errors: { name: string; message: string; reason?: string }[];
}

/** What the process told; `undefined` when it died of what it found. */
function use(words: readonly string[], wrapper: readonly string[] = []): Told | undefined {
  const [program = "", ...rest] = [...wrapper, process.execPath, script, ...words];
  const { stdout } = spawnSync(program, rest, {
    encoding: "utf8",
    cwd: import.meta.dirname,
    maxBuffer: 1 << 26,
    // What walks in circles in a damaged tree gives no answer either.
    timeout: 20_000,
  });
  const line = stdout.split("\n").find((text) => text.startsWith("{"));
  return line === undefined ? undefined : (JSON.parse(line) as Told);
}

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

/** A store with so many faces, and the file that lists them. */
async function filled(count: number): Promise<string> {
  const store = openLmdbIn(folder);
  const faces = Array.from({ length: count }, () => newFace());
  await store.put("one", faces, 3_600_000);
  await store.close();
  const list = join(folder, "list.json");
  writeFileSync(list, JSON.stringify(faces.map((face) => [face.faceId, face.embedding[0]])));
  return list;
}

const database = (): string => join(folder, "gallery", "templates.mdb");

/** Alters the first face's own record in the file: its name and, after it, its header and template. */
function alterFirst(list: string, alter: (name: Buffer, record: Buffer) => void): void {
  const [[faceId]] = JSON.parse(readFileSync(list, "utf8")) as [[string, number]];
  const id = Buffer.from(faceId.replaceAll("-", ""), "hex");
  const bytes = readFileSync(database());
  for (let at = bytes.indexOf(id); at >= 0; at = bytes.indexOf(id, at + 1)) {
    // In the index, no record follows the name.
    if (bytes[at + id.length] === 2)
      alter(bytes.subarray(at, at + id.length), bytes.subarray(at + id.length));
  }
  writeFileSync(database(), bytes);
}

describe("a disk that is full", () => {
  it("refuses what it cannot keep, answers what it has, and serves again when there is room", async () => {
    // A file must not grow beyond 1 MB: the same failure of a write as a full disk's, for this process only.
    const told = use([folder, "fill"], ["bash", "-c", 'ulimit -f 1024; exec "$0" "$@"'])!;
    expect(told.errors.map(({ name }) => name)).toEqual(["StoreUnavailableError"]);
    // What an operator reads in the log: LMDB itself says only that it failed. Which of the two depends on whether the
    // write that met the limit began below it, and was done in part.
    expect(told.errors[0]!.reason).toMatch(/^File too large|^the disk is full or failing/);
    expect(told.put.length).toBeGreaterThan(200);
    expect(told).toMatchObject({ right: told.put.length, absent: 0, refused: 0, wrong: 0 });

    const list = join(folder, "list.json");
    writeFileSync(list, JSON.stringify(told.put));
    expect(use([folder, "read", list])).toMatchObject({ right: told.put.length, absent: 0 });
    const store = openLmdbIn(folder);
    const face = newFace();
    await store.put("one", [face], 60_000);
    expect((await store.get("one", [face.faceId]))[0]).toBeDefined();
    expect((await store.examine()).damaged).toBe(0);
    await store.close();
  });

  const mayMount = spawnSync("unshare", ["-rm", "true"]).status === 0;
  it.skipIf(!mayMount).each([0, 4, 12, 24, 40])(
    "and has %i KB left is named by a store's first opening, and the next one finds room again",
    (kilobytes) => {
      writeFileSync(join(folder, "no-faces.json"), "[]");
      const steps = `
        mkdir "$0/disk" && mount -t tmpfs -o size=2m none "$0/disk" || exit 1
        head -c $((2048 - ${kilobytes}))K /dev/zero > "$0/disk/other"
        "$@"
        rm "$0/disk/other"
        "$@"`;
      const { stdout, status } = spawnSync(
        "unshare",
        [
          ...["-rm", "bash", "-c", steps, folder],
          ...[
            process.execPath,
            script,
            join(folder, "disk"),
            "read",
            join(folder, "no-faces.json"),
          ],
        ],
        { encoding: "utf8", cwd: import.meta.dirname },
      );
      expect(status).toBe(0);
      const [full, roomy] = stdout.split("\n").map((line) => line && (JSON.parse(line) as Told));
      expect(full).toMatchObject({
        errors: [
          { name: "StoreUnavailableError", message: expect.stringContaining("ENOSPC") as string },
        ],
      });
      expect(roomy).toMatchObject({ errors: [], damaged: 0 });
    },
  );

  it("and cut the gate's file off when it was made does not end who opens it", async () => {
    await filled(1);
    const gate = join(folder, "gallery", "gate.mdb");
    truncateSync(gate, statSync(gate).size / 2);
    const told = use([folder, "read", join(folder, "list.json")]);
    expect(told).toMatchObject({ right: 1, errors: [], damaged: 0 });
  });
});

describe("a directory that cannot be written", () => {
  it("is named at the start", () => {
    mkdirSync(join(folder, "gallery"));
    chmodSync(join(folder, "gallery"), 0o500);
    chmodSync(folder, 0o500);
    // Root may write everywhere, unless it is without that power.
    const wrapper =
      process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
    const told = use([folder, "fill"], wrapper)!;
    chmodSync(join(folder, "gallery"), 0o700);
    expect(told.put).toEqual([]);
    expect(told.errors[0]?.name).toBe("StoreUnavailableError");
    expect(told.errors[0]?.message).toContain(`the face store in ${folder}`);
    expect(told.errors[0]?.message).toMatch(/EACCES|permission denied/i);
  });

  it("that is gone is an error that names the store, whatever is asked", async () => {
    const store = openLmdbIn(folder);
    for (const name of ["gallery", "keys"])
      renameSync(join(folder, name), join(folder, `no ${name}`));
    const unavailable = { name: "StoreUnavailableError" };
    await expect(store.statistics()).rejects.toMatchObject(unavailable);
    await expect(store.sweep()).rejects.toMatchObject(unavailable);
    await store.close();
  });

  it("that is a file is named at the start", () => {
    writeFileSync(join(folder, "gallery"), "");
    expect(() => openLmdbIn(folder)).toThrow(/the face store in .* cannot be opened: .*EEXIST/);
  });
});

describe("a damaged file", () => {
  it("of other bytes is refused at the start", async () => {
    await filled(10);
    writeFileSync(database(), "x".repeat(65_536));
    expect(() => openLmdbIn(folder)).toThrow("is damaged: it does not begin as a database does");
  });

  it.each([8, 60])(
    "that is cut off after %i pages is refused at every start, not mapped into a crash",
    async (pages) => {
      await filled(300);
      truncateSync(database(), pages * 4096);
      // The first start lengthens the file, so that it can be mapped.
      for (let start = 0; start < 2; start++) {
        const told = use([folder, "fill"])!;
        expect(told.put).toEqual([]);
        expect(told.errors[0]?.message).toMatch(/damaged|CORRUPTED/);
      }
    },
  );

  it("that is cut off is refused again at once, while the database of the start before is open", async () => {
    await filled(300);
    truncateSync(database(), 60 * 4096);
    expect(() => openLmdbIn(folder)).toThrow("is damaged: its end is missing");
    // What LMDB says of whatever is read after a damaged page.
    expect(() => openLmdbIn(folder)).toThrow(/is damaged: its end is missing|MDB_BAD_TXN/);
  });

  // LMDB has no checksums of its pages: a face whose name, or the way to it, is altered is not found. An examination tells.
  it("never gives a wrong face, and an examination finds what is missing: 8 files with bytes altered here and there", async () => {
    const list = await filled(300);
    const intact = readFileSync(database());
    expect(use([folder, "read", list])).toMatchObject({ right: 300, wrong: 0 });
    const sums = { right: 0, absent: 0, refused: 0, wrong: 0, died: 0 };
    for (let trial = 0; trial < 8; trial++) {
      const bytes = Buffer.from(intact);
      for (let flips = 0; flips < 40; flips++)
        bytes[8192 + Math.floor(Math.random() * (bytes.length - 8192))]! ^=
          1 << Math.floor(Math.random() * 8);
      writeFileSync(database(), bytes);
      const told = use([folder, "read", list]);
      if (told === undefined) sums.died++;
      else if (told.absent > 0) expect(told.damaged).toBeGreaterThan(0);
      for (const key of ["right", "absent", "refused", "wrong"] as const)
        sums[key] += told?.[key] ?? 0;
    }
    console.log(`altered files: ${JSON.stringify(sums)}`);
    expect(sums.wrong).toBe(0);
    expect(sums.refused).toBeGreaterThan(0);
    expect(sums.right).toBeGreaterThan(0);
  }, 200_000);

  it("whose names are altered is found by an examination", async () => {
    alterFirst(await filled(300), (name) => (name[15]! ^= 1));
    const store = openLmdbIn(folder);
    expect((await store.examine()).damaged).toBeGreaterThan(0);
    await store.close();
  });

  it.each([
    ["a format that nobody knows", (record: Buffer) => record.writeUInt8(9)],
    ["an instant that is none", (record: Buffer) => record.writeDoubleLE(Date.now() + 60_000.5, 9)],
  ])("with %s in a record is checked, backed up and erased all the same", async (_, alter) => {
    alterFirst(await filled(10), (_name, record) => alter(record));
    const store = openLmdbIn(folder);
    expect((await store.examine()).damaged).toBe(1);
    expect(await sealedOf(store)).toHaveLength(9);
    expect(await store.erase("one")).toEqual({ faces: 10, keysDestroyed: 1, left: 0 });
    expect(await store.count()).toBe(0);
    expect(await store.examine()).toEqual({ faces: 0, damaged: 0 });
    await store.close();
  });

  it.each([
    ["a format", (_name: Buffer, record: Buffer) => record.writeUInt8(9)],
    ["an instant", (_name: Buffer, record: Buffer) => record.writeDoubleLE(Date.now() + 60_000, 9)],
    ["a name", (name: Buffer) => (name[15]! ^= 1)],
  ])(
    "with %s that is not its own is not found damaged once it is erased, and others keep what is theirs",
    async (_, alter) => {
      alterFirst(await filled(10), alter);
      const clock = new SettableClock();
      const store = openLmdbIn(folder, { clock: clock.sources });
      await store.put("two", [newFace(), newFace()], 7_200_000);
      expect((await store.examine()).damaged).toBeGreaterThan(0);
      await store.erase("one");
      expect(await store.examine()).toEqual({ faces: 2, damaged: 0 });
      await store.put("one", [newFace()], 60_000);
      await store.erase("nobody");
      expect(await store.examine()).toEqual({ faces: 3, damaged: 0 });
      clock.time += 60_000;
      expect(await store.sweep()).toBe(1);
      clock.time += 7_200_000;
      expect(await store.sweep()).toBe(2);
      await store.close();
    },
  );

  it("of keys is an error, not a face that is unknown", async () => {
    const list = await filled(5);
    const [name] = readdirSync(join(folder, "keys"));
    const path = join(folder, "keys", name!);
    copyFileSync(path, `${path}.aside`);
    const bytes = readFileSync(path);
    bytes[128 + 60]! ^= 1;
    writeFileSync(path, bytes);
    expect(use([folder, "read", list])).toMatchObject({ right: 0, absent: 0, refused: 5 });
    writeFileSync(path, "short");
    expect(use([folder, "read", list])).toMatchObject({ right: 0, absent: 0, refused: 5 });
    rmSync(path);
    expect(use([folder, "read", list])).toMatchObject({ right: 0, absent: 0, refused: 5 });
    copyFileSync(`${path}.aside`, path);
    expect(use([folder, "read", list])).toMatchObject({ right: 5 });
  });
});
