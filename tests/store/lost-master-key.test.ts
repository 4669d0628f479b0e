/** An embedded store whose master key is lost or another one: told at the start, and no new key takes its place. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { masterKeysFromText } from "@mien/gallery/master-keys";
import { openStore } from "@mien/gallery/open-store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mienScript } from "../cli/running-server.js";
import { filesOf, sealedOf } from "./attack.js";
import { masterText, newFace, openLmdbIn, SettableClock, temporaryFolder } from "./faces.js";

const other = "33".repeat(32);
const otherKeys = masterKeysFromText(other);
const notConfigured = /master key [0-9a-f]{16} of the face store is not configured/;

let folder: string;
let data: string;
let masterKey: string;
beforeEach(() => {
  folder = temporaryFolder();
  data = join(folder, "data");
  masterKey = join(data, "master-key");
});
afterEach(() => rmSync(folder, { recursive: true }));

const settings = () => ({
  dataDirectory: data,
  storeUrl: "",
  storeReplicas: undefined,
  masterKey: "",
  masterKeyFile: "",
});

/** As a server leaves it that has detected once. */
async function fill(): Promise<void> {
  const store = await openStore(settings());
  await store.put("one", [newFace(), newFace()], 3_600_000);
  await store.close();
}

function mien(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [mienScript, ...words, "--data-dir", data],
    // What serves in spite of it would not end.
    { encoding: "utf8", env: { ...process.env, MIEN_WORKERS: "1" }, timeout: 60_000 },
  );
  return { status, stdout, stderr };
}

const doctor = () => {
  const findings = JSON.parse(mien("doctor", "--json", "--port", "0").stdout) as {
    subject: string;
  }[];
  return findings.find(({ subject }) => subject === "Master key");
};

describe("a data directory whose master key is gone", () => {
  it.each([
    ["serve", "--port", "0"],
    ["store", "check"],
    ["store", "sweep"],
    ["store", "rotate-key"],
  ])("is refused by %s %s, which makes no other key", async (...words) => {
    await fill();
    rmSync(masterKey);
    const { status, stderr } = mien(...words);
    expect(stderr).toContain(`the master key file ${masterKey} is missing`);
    expect(status).toBe(2);
    expect(existsSync(masterKey)).toBe(false);
  });

  it("is a fault for doctor, until it is back", async () => {
    expect(doctor()).toMatchObject({ state: "well" });
    await fill();
    renameSync(masterKey, join(folder, "aside"));
    expect(doctor()).toMatchObject({
      state: "fault",
      detail: expect.stringContaining("put it back") as string,
    });
    renameSync(join(folder, "aside"), masterKey);
    expect(doctor()).toMatchObject({ state: "well" });
    expect(mien("store", "check").stdout).toContain("2 faces");
  });

  it("is refused for its keys alone: their faces may yet be restored", async () => {
    await fill();
    rmSync(masterKey);
    rmSync(join(data, "gallery"), { recursive: true });
    await expect(openStore(settings())).rejects.toThrow("is missing");
    rmSync(join(data, "keys"), { recursive: true });
    await fill();
    expect(existsSync(masterKey)).toBe(true);
  });

  it("of the first release has none yet: the first start makes it, a command does not", async () => {
    cpSync(join(import.meta.dirname, "fixtures", "format-1"), data, { recursive: true });
    expect(mien("store", "check").status).toBe(2);
    expect(existsSync(masterKey)).toBe(false);
    const store = await openStore(settings());
    expect(await store.examine()).toEqual({ faces: 4, damaged: 0 });
    await store.close();
    expect(mien("store", "check").stdout).toContain("4 faces");
  });
});

describe("another master key than the store's", () => {
  it("is refused at the start, and found by doctor", async () => {
    await fill();
    const wrong = join(folder, "wrong");
    writeFileSync(wrong, other, { mode: 0o600 });
    for (const words of [
      ["serve", "--port", "0"],
      ["store", "check"],
    ]) {
      const { status, stderr } = mien(...words, "--master-key-file", wrong);
      expect(stderr).toMatch(notConfigured);
      expect(status).toBe(5);
    }
    writeFileSync(masterKey, other);
    expect(doctor()).toMatchObject({
      state: "fault",
      detail: expect.stringMatching(notConfigured) as string,
    });
  });

  it("is refused and found where every face was erased, and looking for it changes nothing", async () => {
    await fill();
    const store = await openStore(settings());
    await store.erase("one");
    await store.close();
    writeFileSync(masterKey, other);
    expect(mien("store", "check").stderr).toMatch(notConfigured);
    const states = () =>
      filesOf(data).map((path) => [path, statSync(path).mtimeMs, statSync(path).ctimeMs]);
    const before = states();
    expect(doctor()).toMatchObject({
      state: "fault",
      detail: expect.stringMatching(notConfigured) as string,
    });
    expect(states()).toEqual(before);
  });

  it("is refused where nothing but a restoration has filled the store", async () => {
    const clock = new SettableClock();
    const options = { clock: clock.sources };
    const store = openLmdbIn(folder, options);
    await store.put("one", [newFace()], 60_000);
    const backup = await sealedOf(store);
    await store.close();
    rmSync(join(folder, "gallery"), { recursive: true });
    const anew = openLmdbIn(folder, options);
    expect(await anew.restore(backup)).toMatchObject({ restored: 1 });
    const openWrong = () => openLmdbIn(folder, { ...options, masterKeys: otherKeys });
    // Also beside one that this process has open.
    expect(openWrong).toThrow(notConfigured);
    await anew.close();
    expect(openWrong).toThrow(notConfigured);
    const both = masterKeysFromText(`${other},${masterText}`);
    await openLmdbIn(folder, { ...options, masterKeys: both }).close();
    // What is over needs its master key no more, whether it was swept or not.
    clock.time += 3_600_000;
    const begunAnew = openWrong();
    await begunAnew.put("one", [newFace()], 60_000);
    await begunAnew.close();
  });

  it("is refused beside a store that is open, which goes on", async () => {
    const store = openLmdbIn(folder);
    const face = newFace();
    await store.put("one", [face], 60_000);
    expect(() => openLmdbIn(folder, { masterKeys: otherKeys })).toThrow(notConfigured);
    expect((await store.get("one", [face.faceId]))[0]?.faceId).toBe(face.faceId);
    await store.close();
  });
});
