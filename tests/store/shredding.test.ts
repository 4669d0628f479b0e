/**
 * Forgetting: after a bucket's time, or a tenant's erasure, no template can be read from what is left, not even from freed
 * pages, copies of the database and backups, with every key that is left. The attacker of these tests has the whole data
 * directory and the master key, and tries the bytes at every position as a wrapped key.
 */
import {
  chownSync,
  cpSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { BucketKeyFiles } from "@mien/gallery/bucket-key-files";
import { openLmdbStore } from "@mien/gallery/lmdb-store";
import {
  masterKeysFromFile,
  masterKeysFromText,
  rotateMasterKeyFile,
} from "@mien/gallery/master-keys";
import { tenantTag } from "@mien/gallery/sealing";
import type { NewFace } from "@mien/gallery/store";
import { encodeTemplate, type PrecisionName, precisions } from "@mien/gallery/template-codec";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bytesOf, filesOf, keysIn, readable, sealedOf } from "./attack.js";
import {
  cosine,
  masterText,
  newFace,
  openLmdbIn,
  SettableClock,
  temporaryFolder,
} from "./faces.js";

let folder: string;
let clock: SettableClock;
beforeEach(() => {
  folder = temporaryFolder();
  clock = new SettableClock();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a template looks like in the clear, in each precision, without the header that names model and length. */
function plainForms(face: NewFace): Buffer[] {
  return (Object.keys(precisions) as PrecisionName[]).map((precision) =>
    encodeTemplate(face, precision).subarray(-64),
  );
}

const master = Buffer.from(masterText, "hex");

describe("templates at rest", () => {
  it("never lie in the clear, nor does the tenant's name", async () => {
    const store = openLmdbIn(folder, { clock: clock.sources });
    const faces = Array.from({ length: 50 }, () => newFace());
    await store.put("a-tenant-with-a-long-name", faces, 60_000);
    const bytes = bytesOf(folder);
    await store.close();
    for (const form of faces.flatMap(plainForms)) expect(bytes.includes(form)).toBe(false);
    expect(bytes.includes("a-tenant-with-a-long-name")).toBe(false);
    // The search itself can find: what is written there is found.
    expect(bytes.includes(tenantTag("a-tenant-with-a-long-name"))).toBe(true);
  });

  it("are unreadable once their bucket is over: in freed pages, in a copy of the database, in a backup", async () => {
    const store = openLmdbIn(folder, { clock: clock.sources });
    const [brief, long] = [60_000, 3_600_000].map((timeToLive) => ({
      timeToLive,
      faces: Array.from({ length: 10 }, () => newFace(undefined, 64)),
    })) as [{ timeToLive: number; faces: NewFace[] }, { timeToLive: number; faces: NewFace[] }];
    for (const { faces, timeToLive } of [brief, long]) await store.put("one", faces, timeToLive);
    const backup = await sealedOf(store);
    cpSync(join(folder, "gallery"), join(folder, "copy"), { recursive: true });
    const ids = new Set(brief.faces.map(({ faceId }) => faceId.replaceAll("-", "")));
    const briefOnes = backup.filter(({ faceId }) => ids.has(faceId.toString("hex")));
    const longOnes = backup.filter(({ faceId }) => !ids.has(faceId.toString("hex")));

    // Before: the attacker reads everything, so the attack works.
    expect(readable(backup, keysIn(bytesOf(folder), master, backup))).toBe(20);

    clock.time += 60_000 + 300_000;
    await store.sweep();
    const left = bytesOf(folder);
    // The ciphertext is still there, in the copy at least; what is gone is the key.
    expect(briefOnes.some((face) => left.includes(face.record.subarray(-64)))).toBe(true);
    const keys = keysIn(left, master, backup);
    expect(readable(briefOnes, keys)).toBe(0);
    expect(readable(longOnes, keys)).toBe(10);
    await store.close();

    // The product itself, on the copy with the keys that are left, gives none of them either.
    const copied = openLmdbStore({
      directory: join(folder, "copy"),
      keyDirectory: join(folder, "keys"),
      masterKeys: masterKeysFromText(masterText),
      clock: { wall: () => clock.time - 360_000, monotonic: () => 0 },
      sweepInterval: 0,
    });
    await expect(copied.get("one", [brief.faces[0]!.faceId])).rejects.toThrow("missing");
    const [found] = await copied.get("one", [long.faces[0]!.faceId]);
    expect(cosine(found!.embedding, long.faces[0]!.embedding)).toBeGreaterThan(0.9999);
    expect(await copied.restore(briefOnes)).toEqual({ restored: 0, expired: 0, unreadable: 10 });
    await copied.close();
  });

  it("of an erased tenant are unreadable at once, those of others are not", async () => {
    const store = openLmdbIn(folder, { clock: clock.sources });
    await store.put("one", [newFace(), newFace()], 60_000);
    await store.put("two", [newFace()], 60_000);
    const backup = await sealedOf(store);
    const tag = tenantTag("one");
    const mine = backup.filter((face) => face.tenantTag.equals(tag));
    expect(readable(mine, keysIn(bytesOf(folder), master, mine))).toBe(2);
    await store.erase("one");
    const keys = keysIn(bytesOf(folder), master, backup);
    expect(readable(mine, keys)).toBe(0);
    expect(readable(backup, keys)).toBe(1);
    await store.close();
  });

  it("are not sealed with a destroyed key that was read while another process destroyed it", async () => {
    const server = openLmdbIn(folder, { clock: clock.sources });
    const operator = openLmdbIn(folder, { clock: clock.sources });
    const [former, next] = [newFace(), newFace()];
    await operator.put("one", [former], 60_000);
    const [file] = filesOf(join(folder, "keys"));
    const before = readFileSync(file!);
    // As a reader finds it between the two writes of a change, which is counted and not yet done.
    const halfway = Buffer.from(before);
    halfway.writeBigUInt64LE(before.readBigUInt64LE(16) + 1n, 16);
    writeFileSync(file!, halfway);
    expect((await server.get("one", [former.faceId]))[0]).toBeDefined();
    writeFileSync(file!, before);
    await operator.erase("one");
    await server.put("one", [next], 60_000);
    expect((await operator.get("one", [next.faceId]))[0]).toBeDefined();
    await server.close();
    await operator.close();
  });

  it("are not opened by a process that had read their keys when another one destroyed those", () => {
    const masters = masterKeysFromText(masterText);
    const open = () => new BucketKeyFiles(join(folder, "keys"), masters);
    const [reader, sweeper] = [open(), open()];
    const tag = tenantTag("one");
    const [over, current] = [300_000, 600_000].map((end) =>
      sweeper.forWriting(tag, end, masters.first()),
    );
    const found = () => [over!, current!].map(({ id, end }) => reader.find(id, end) !== undefined);
    expect(found()).toEqual([true, true]);
    sweeper.destroyUpTo(300_000);
    reader.forgetUpTo(300_000);
    expect(found()).toEqual([false, true]);
    reader.close();
    sweeper.close();
  });

  it("keep nothing of the keys of processes that were killed while they made one", async () => {
    const store = openLmdbIn(folder, { clock: clock.sources });
    await store.put("one", [newFace()], 60_000);
    const [file] = filesOf(join(folder, "keys"));
    // As a process leaves it that ends between writing a file and naming it.
    cpSync(file!, `${file}.0123456789ab.tmp`);
    const backup = await sealedOf(store);
    clock.time += 360_000;
    await store.sweep();
    expect(filesOf(join(folder, "keys"))).toEqual([]);
    expect(readable(backup, keysIn(bytesOf(folder), master, backup))).toBe(0);
    await store.close();
  });
});

describe("the master key", () => {
  const open = (path: string) =>
    openLmdbIn(folder, { masterKeys: masterKeysFromFile(path), clock: clock.sources });

  it("rotates under servers that go on, and the former one opens nothing any more", async () => {
    const path = join(folder, "master-key");
    const former = "22".repeat(32);
    writeFileSync(path, former);
    const server = open(path);
    const face = newFace();
    await server.put("one", [face], 60_000);
    const backup = await sealedOf(server);
    expect(readable(backup, keysIn(bytesOf(folder), Buffer.from(former, "hex"), backup))).toBe(1);

    const operator = open(path);
    expect(await rotateMasterKeyFile(path, () => operator.rewrap())).toBe(1);
    await operator.close();
    expect(readFileSync(path, "utf8")).not.toContain(former);
    expect(keysIn(bytesOf(folder), Buffer.from(former, "hex"), backup)).toEqual([]);

    // The server has read the file before the rotation and makes a key after it.
    const next = newFace();
    await server.put("two", [next], 60_000);
    await server.close();
    const restarted = open(path);
    expect((await restarted.get("one", [face.faceId]))[0]?.faceId).toBe(face.faceId);
    expect((await restarted.get("two", [next.faceId]))[0]?.faceId).toBe(next.faceId);
    await restarted.close();
  });

  it("of a rotation that another one overtakes is left to that one: no face is lost", async () => {
    const path = join(folder, "master-key");
    writeFileSync(path, "22".repeat(32));
    const [slow, quick] = [open(path), open(path)];
    const face = newFace();
    await slow.put("one", [face], 60_000);
    const overtaken = rotateMasterKeyFile(path, async () => {
      const rewrapped = await slow.rewrap();
      await rotateMasterKeyFile(path, () => quick.rewrap());
      return rewrapped;
    });
    await expect(overtaken).rejects.toThrow("another rotation");
    await Promise.all([slow.close(), quick.close()]);
    const restarted = open(path);
    expect((await restarted.get("one", [face.faceId]))[0]?.faceId).toBe(face.faceId);
    await restarted.close();
  });

  it.skipIf(process.getuid?.() !== 0)(
    "stays readable to the user that servers run as, whoever rotates it, and for nobody else",
    async () => {
      const path = join(folder, "master-key");
      writeFileSync(path, "22".repeat(32), { mode: 0o440 });
      chownSync(path, 12_345, 23_456);
      const store = open(path);
      await rotateMasterKeyFile(path, () => store.rewrap());
      await store.close();
      const { uid, gid, mode } = statSync(path);
      expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: 12_345, gid: 23_456, mode: 0o440 });
    },
  );

  it("is rotated where it lies when its path is a link", async () => {
    const [file, path] = [join(folder, "the-file"), join(folder, "master-key")];
    writeFileSync(file, "22".repeat(32));
    symlinkSync(file, path);
    const store = open(path);
    const face = newFace();
    await store.put("one", [face], 60_000);
    await rotateMasterKeyFile(path, () => store.rewrap());
    await store.close();
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    const restarted = open(file);
    expect((await restarted.get("one", [face.faceId]))[0]).toBeDefined();
    await restarted.close();
  });

  it("of a rotation that was killed is destroyed by the next one", async () => {
    const path = join(folder, "master-key");
    const former = "22".repeat(32);
    writeFileSync(path, "33".repeat(32));
    // As one leaves it that ends between the new file's renaming and the former's end.
    writeFileSync(`${path}.0123456789ab.old`, former);
    const store = open(path);
    await rotateMasterKeyFile(path, () => store.rewrap());
    await store.close();
    expect(bytesOf(folder).includes(former)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith("master-key"))).toEqual([
      "master-key",
    ]);
  }, 30_000);

  it("that is not the right one is named at once, and nothing is answered wrongly", async () => {
    const store = openLmdbIn(folder);
    const face = newFace();
    await store.put("one", [face], 60_000);
    await store.close();
    expect(() => openLmdbIn(folder, { masterKeys: masterKeysFromText("33".repeat(32)) })).toThrow(
      /master key [0-9a-f]{16} of the face store is not configured/,
    );
    const both = openLmdbIn(folder, {
      masterKeys: masterKeysFromText(`${"33".repeat(32)},${masterText}`),
    });
    expect((await both.get("one", [face.faceId]))[0]).toBeDefined();
    expect(await both.rewrap()).toBe(1);
    await both.close();
    const right = openLmdbIn(folder, { masterKeys: masterKeysFromText("33".repeat(32)) });
    expect((await right.get("one", [face.faceId]))[0]).toBeDefined();
    await right.close();
  });

  it("is refused in other shapes without being repeated", () => {
    for (const text of ["", "  ", "secret-secret", "11".repeat(31), "11".repeat(33)])
      expect(() => masterKeysFromText(text)).toThrow(
        /^MIEN_MASTER_KEY(: a master key is| contains no master key)/,
      );
    expect(() => masterKeysFromText("secret-secret")).not.toThrow("secret-secret");
    const base64 = Buffer.from("11".repeat(32), "hex").toString("base64");
    expect(masterKeysFromText(base64).first().id).toBe(masterKeysFromText(masterText).first().id);
  });

  it("is made once when several processes start at once, for its owner only", () => {
    const path = join(folder, "fresh", "master-key");
    const ids = [1, 2].map(() => masterKeysFromFile(path, { create: true }).first().id);
    expect(new Set(ids).size).toBe(1);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "fresh"))).toEqual(["master-key"]);
  });
});
