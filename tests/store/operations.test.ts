/** What an operator does beside a server that serves: `mien backup`, `restore`, `store stats`, `check`, `erase`, `rotate-key`. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { AzureKeyCredential, FaceClient } from "@mien/client";
import { restoreBackup, writeBackup } from "@mien/gallery/backup-file";
import { masterKeysFromFile } from "@mien/gallery/master-keys";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mienScript, photographs, startServer, type RunningServer } from "../cli/running-server.js";
import { filesOf } from "./attack.js";
import { newFace, openLmdbIn, temporaryFolder } from "./faces.js";

describe("a store that servers serve from", () => {
  let server: RunningServer;
  let client: FaceClient;
  let faceIds: string[];
  const folder = temporaryFolder();
  const backup = join(folder, "faces");

  const mien = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [mienScript, ...words, "--data-dir", server.dataDirectory],
      { encoding: "utf8", env: { ...process.env, MIEN_API_KEYS: "" } },
    );
    return { status, stdout: stdout.trim(), stderr: stderr.trim() };
  };
  const json = (...words: string[]): unknown => JSON.parse(mien(...words, "--json").stdout);
  const detect = async (): Promise<string[]> =>
    (
      await client.detect(readFileSync(photographs[0]!), {
        detectionModel: "detection_03",
        recognitionModel: "recognition_04",
        returnFaceId: true,
      })
    ).map(({ faceId }) => faceId!);
  const isKnown = async (faceId: string): Promise<boolean> =>
    client.verifyFaceToFace({ faceId1: faceId, faceId2: faceId }).then(
      () => true,
      (error: unknown) => {
        if ((error as { code?: string }).code === "FaceNotFound") return false;
        throw error;
      },
    );

  beforeAll(async () => {
    server = await startServer();
    client = new FaceClient(server.endpoint, new AzureKeyCredential(server.key), {
      retryOptions: { maxRetries: 0 },
    });
    faceIds = await detect();
  });
  afterAll(async () => {
    await client.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it("counts and checks its faces", () => {
    expect(json("store", "stats")).toMatchObject({ faces: faceIds.length });
    expect(mien("store", "stats").stdout).toContain(`Faces   ${faceIds.length}`);
    expect(json("store", "check")).toEqual({ faces: faceIds.length, damaged: 0 });
  });

  it("is backed up without its keys, and put back after its database was lost", async () => {
    expect(json("backup", backup)).toMatchObject({ file: backup, faces: faceIds.length });
    const masterKey = readFileSync(join(server.dataDirectory, "master-key"), "utf8").trim();
    expect(readFileSync(backup).includes(Buffer.from(masterKey, "hex"))).toBe(false);

    // Another data directory that has the keys and an empty database, as after a lost disk.
    const other = join(folder, "other");
    cpSync(join(server.dataDirectory, "keys"), join(other, "keys"), { recursive: true });
    cpSync(join(server.dataDirectory, "master-key"), join(other, "master-key"));
    const again = await startServer({}, other);
    expect(json("restore", backup)).toEqual({
      restored: faceIds.length,
      expired: 0,
      unreadable: 0,
    });
    // A second time, all of them are there.
    const count = faceIds.length;
    expect(mien("restore", backup).stdout).toBe(
      `${count} faces from the backup are now in the store, including any that were already there; 0 had expired; the keys of 0 are destroyed or not here`,
    );
    const there = spawnSync(
      process.execPath,
      [mienScript, "restore", backup, "--data-dir", other, "--json"],
      { encoding: "utf8" },
    );
    expect(JSON.parse(there.stdout)).toMatchObject({ restored: faceIds.length });
    const otherClient = new FaceClient(again.endpoint, new AzureKeyCredential(again.key));
    const [faceId] = faceIds;
    expect(
      await otherClient.verifyFaceToFace({ faceId1: faceId!, faceId2: faceId! }),
    ).toMatchObject({ isIdentical: true });
    await otherClient.close();
    await again.stop();
  });

  it("refuses a backup that is cut off, altered or none, before anything is put back", () => {
    const bytes = readFileSync(backup);
    const altered = Buffer.from(bytes);
    altered[bytes.length - 100]! ^= 1;
    for (const [content, reason] of [
      [bytes.subarray(0, -40), "cut off"],
      [bytes.subarray(0, 10), "cut off"],
      [altered, "damaged"],
      [Buffer.from("something else, but long enough to be one"), "no backup"],
      [Buffer.from("short"), "no backup"],
      [Buffer.alloc(0), "no backup"],
    ] as const) {
      const path = join(folder, "bad");
      writeFileSync(path, content);
      const { status, stderr } = mien("restore", path);
      expect(status).toBe(3);
      expect(stderr).toContain(reason);
    }
  });

  it("is backed up in the place of an earlier backup, and of no other file", () => {
    expect(mien("backup", backup).status).toBe(0);
    const notes = join(folder, "notes");
    writeFileSync(notes, "not to be lost");
    const masterKey = join(server.dataDirectory, "master-key");
    const key = readFileSync(masterKey, "utf8");
    for (const [path, reason] of [
      [notes, `${notes} is no backup and would be lost`],
      [masterKey, "lies in the data directory"],
      [join(server.dataDirectory, "faces"), "lies in the data directory"],
    ] as const) {
      const { status, stderr } = mien("backup", path);
      expect(stderr).toContain(reason);
      expect(status).toBe(3);
    }
    expect(readFileSync(notes, "utf8")).toBe("not to be lost");
    expect(readFileSync(masterKey, "utf8")).toBe(key);
    expect(existsSync(join(server.dataDirectory, "faces"))).toBe(false);
  });

  it("rotates its master key while it serves", async () => {
    const path = join(server.dataDirectory, "master-key");
    const before = readFileSync(path, "utf8");
    expect(json("store", "rotate-key")).toMatchObject({ file: path });
    expect(readFileSync(path, "utf8")).not.toBe(before);
    expect(await isKnown(faceIds[0]!)).toBe(true);
    expect(json("store", "check")).toEqual({ faces: faceIds.length, damaged: 0 });
  });

  it("forgets a tenant at once, for servers that run and for backups, and serves it anew", async () => {
    expect(await isKnown(faceIds[0]!)).toBe(true);
    expect(json("store", "erase", "--tenant", "nobody")).toMatchObject({ faces: 0, left: 0 });
    expect(await isKnown(faceIds[0]!)).toBe(true);
    expect(json("store", "erase", "--tenant", "default")).toMatchObject({
      faces: faceIds.length,
      left: 0,
    });
    expect(await isKnown(faceIds[0]!)).toBe(false);
    expect(json("restore", backup)).toEqual({
      restored: 0,
      expired: 0,
      unreadable: faceIds.length,
    });
    expect(await isKnown(faceIds[0]!)).toBe(false);
    const [anew] = await detect();
    expect(await isKnown(anew!)).toBe(true);
  });

  it("that is not there is not made by asking for it", () => {
    for (const words of [
      ["store", "stats"],
      ["backup", join(folder, "of-nowhere")],
    ]) {
      const { status, stderr } = spawnSync(
        process.execPath,
        [mienScript, ...words, "--data-dir", join(folder, "nowhere")],
        { encoding: "utf8" },
      );
      expect(stderr).toContain("there is no face store in");
      expect(status).toBe(2);
    }
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
    expect(mien("store", "erase").status).toBe(2);
  });

  it("is not said to be absent by one who may not look", () => {
    const closed = join(folder, "closed");
    mkdirSync(join(closed, "gallery"), { recursive: true });
    chmodSync(closed, 0o600);
    // Root may look everywhere, unless it is without that power.
    const wrapper =
      process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
    const answers = [
      ["store", "check"],
      ["backup", join(folder, "of-closed")],
    ].map((words) => {
      const command = [...wrapper, process.execPath, mienScript, ...words, "--data-dir", closed];
      return spawnSync(command[0]!, command.slice(1), { encoding: "utf8" });
    });
    chmodSync(closed, 0o700);
    for (const { status, stderr } of answers) {
      expect(stderr).toContain(`${join(closed, "gallery")}: permission denied`);
      expect(status).toBe(3);
    }
  });
});

it("a backup that is interrupted leaves no file", async () => {
  const folder = temporaryFolder();
  const store = openLmdbIn(folder);
  await store.put("one", [newFace(), newFace()], 60_000);
  const interruption = new AbortController();
  interruption.abort();
  const before = filesOf(folder);
  await expect(
    writeBackup(store, join(folder, "faces"), { signal: interruption.signal }),
  ).rejects.toThrow(expect.objectContaining({ name: "AbortError" }) as Error);
  expect(filesOf(folder)).toEqual(before);
  await store.close();
  rmSync(folder, { recursive: true });
});

it("two backups to one file at once are both whole, and no other file is touched", async () => {
  const folder = temporaryFolder();
  const store = openLmdbIn(folder);
  await store.put("one", [newFace(), newFace()], 60_000);
  const [file, other] = [join(folder, "faces"), join(folder, "other")];
  writeFileSync(other, "not to be lost");
  symlinkSync(other, `${file}.partial`);
  const before = filesOf(folder).length;
  expect(await Promise.all([writeBackup(store, file), writeBackup(store, file)])).toEqual([2, 2]);
  expect(await restoreBackup(store, file)).toMatchObject({ restored: 2 });
  expect(readFileSync(other, "utf8")).toBe("not to be lost");
  expect(filesOf(folder)).toHaveLength(before + 1);
  await store.close();
  rmSync(folder, { recursive: true });
});

it.skipIf(process.platform !== "linux")(
  "a backup that cannot be made names the file that was asked for, and leaves none",
  async () => {
    const folder = temporaryFolder();
    const store = openLmdbIn(folder);
    const file = join(folder, "f".repeat(255));
    const before = filesOf(folder);
    await expect(writeBackup(store, file)).rejects.toMatchObject({ path: file });
    expect(filesOf(folder)).toEqual(before);
    await store.close();
    rmSync(folder, { recursive: true });
  },
);

describe("a store whose last server was stopped", () => {
  it("keeps no key of what is over once it is swept", async () => {
    const folder = temporaryFolder();
    // A server of an hour ago.
    const then = Date.now() - 3_600_000;
    const store = openLmdbIn(folder, {
      masterKeys: masterKeysFromFile(join(folder, "master-key"), { create: true }),
      clock: { wall: () => then, monotonic: () => 0 },
    });
    await store.put("one", [newFace(), newFace()], 60_000);
    await store.close();
    expect(filesOf(join(folder, "keys"))).toHaveLength(1);
    const { stdout, status } = spawnSync(
      process.execPath,
      [mienScript, "store", "sweep", "--data-dir", folder, "--json"],
      { encoding: "utf8" },
    );
    expect({ status, said: JSON.parse(stdout) as unknown }).toEqual({
      status: 0,
      said: { faces: 2 },
    });
    expect(filesOf(join(folder, "keys"))).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe("a server that is killed", () => {
  it("has its faceIds when it starts again", async () => {
    const first = await startServer();
    const one = new FaceClient(first.endpoint, new AzureKeyCredential(first.key));
    const faces = await one.detect(readFileSync(photographs[1]!), { returnFaceId: true });
    first.process.kill("SIGKILL");
    const second = await startServer({}, first.dataDirectory);
    const two = new FaceClient(second.endpoint, new AzureKeyCredential(second.key));
    for (const { faceId } of faces)
      expect(await two.verifyFaceToFace({ faceId1: faceId!, faceId2: faceId! })).toMatchObject({
        isIdentical: true,
      });
    await two.close();
    await second.stop();
  });
});

/** Numbers the last transactions anew, from 1: the pages that they wrote are then of transactions to come, which LMDB refuses to change. */
function spoil(path: string): void {
  const bytes = readFileSync(path);
  const [transactionAt, pageBytes] = [152, 4096];
  const [even, odd] = [0, pageBytes].map((page) => bytes.readBigUInt64LE(page + transactionAt));
  bytes.writeBigUInt64LE(2n, transactionAt);
  bytes.writeBigUInt64LE(even! > odd! ? 1n : 3n, pageBytes + transactionAt);
  writeFileSync(path, bytes);
}

describe("a database that refuses every write", () => {
  it("answers 503 and what it has, is backed up as it is, and made anew from that", async () => {
    const folder = temporaryFolder();
    const first = await startServer({}, join(folder, "data"));
    const photograph = readFileSync(photographs[0]!);
    const connect = ({ endpoint, key }: RunningServer) =>
      new FaceClient(endpoint, new AzureKeyCredential(key), { retryOptions: { maxRetries: 0 } });
    const one = connect(first);
    const faces = await one.detect(photograph, { returnFaceId: true });
    const gone = once(first.process, "exit");
    first.process.kill("SIGKILL");
    await gone;
    const gallery = join(first.dataDirectory, "gallery");
    spoil(join(gallery, "templates.mdb"));

    const mien = (...words: string[]) => {
      const { status, stdout } = spawnSync(
        process.execPath,
        [mienScript, ...words, "--data-dir", first.dataDirectory, "--json"],
        { encoding: "utf8" },
      );
      return { status, told: JSON.parse(stdout) as Record<string, unknown> };
    };
    const known = async (client: FaceClient) =>
      Promise.all(
        faces.map(({ faceId }) => client.verifyFaceToFace({ faceId1: faceId!, faceId2: faceId! })),
      );
    const second = await startServer({}, first.dataDirectory);
    const two = connect(second);
    await expect(two.detect(photograph, { returnFaceId: true })).rejects.toMatchObject({
      statusCode: 503,
    });
    expect(await known(two)).toHaveLength(faces.length);
    const backup = join(folder, "faces");
    expect(mien("backup", backup).told).toMatchObject({ faces: faces.length });
    const stopped = once(second.process, "exit");
    second.process.kill();
    await stopped;

    renameSync(gallery, join(folder, "aside"));
    const third = await startServer({}, first.dataDirectory);
    const three = connect(third);
    expect(mien("restore", backup).told).toMatchObject({ restored: faces.length, unreadable: 0 });
    expect(await known(three)).toHaveLength(faces.length);
    expect(await three.detect(photograph, { returnFaceId: true })).toHaveLength(faces.length);
    expect(mien("store", "check").told).toEqual({ faces: 2 * faces.length, damaged: 0 });
    for (const client of [one, two, three]) await client.close();
    await third.stop();
    rmSync(folder, { recursive: true });
  });
});
