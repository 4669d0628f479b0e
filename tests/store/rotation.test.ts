/** A new master key while servers serve: beside one directory, and where several machines share Redis and each has a file of its own. */
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { masterKeysFromFile, rotateMasterKeyFile } from "@mien/gallery/master-keys";
import { openRedisStore } from "@mien/gallery/redis-store";
import { type MaintainedStore, StoreUnavailableError } from "@mien/gallery/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mienScript } from "../cli/running-server.js";
import { masterText, newFace, openLmdbIn, temporaryFolder } from "./faces.js";
import { redisIsInstalled, type RedisServers, startRedis } from "./redis-servers.js";

describe("a master key that is rotated beside a store that has read a bucket's keys", () => {
  it("opens the keys of that bucket that the store had no need of before", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "master-key");
    writeFileSync(file, `${masterText}\n`);
    const open = () => openLmdbIn(folder, { masterKeys: masterKeysFromFile(file) });
    const [first, second, later] = [newFace(), newFace(), newFace()];
    const command = open();
    await command.put("one", [first], 600_000);
    await command.put("two", [second], 600_000);
    const serving = open();
    expect((await serving.get("one", [first.faceId]))[0]?.faceId).toBe(first.faceId);
    expect(await rotateMasterKeyFile(file, () => command.rewrap())).toBe(2);
    // A new face of another bucket has it read the file of the master key again, which lacks the former one.
    await serving.put("one", [later], 36_000_000);
    expect((await serving.get("two", [second.faceId]))[0]?.faceId).toBe(second.faceId);
    expect(await serving.examine()).toEqual({ faces: 3, damaged: 0 });
    await serving.close();
    await command.close();
    rmSync(folder, { recursive: true });
  });
});

describe.skipIf(!redisIsInstalled && process.env["CI"] !== "true")(
  "a master key in a file on each of two machines",
  () => {
    let servers: RedisServers;
    let folder: string;
    let ours: string;
    let theirs: string;
    let their: MaintainedStore;

    const open = (file: string) =>
      openRedisStore({ url: servers.url, masterKeys: masterKeysFromFile(file) });
    function rotate(words: readonly string[], environment: Record<string, string> = {}): string {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [mienScript, "store", "rotate-key", "--store-url", servers.url, ...words],
        { encoding: "utf8", env: { ...process.env, ...environment } },
      );
      expect(stderr).toBe("");
      expect(status).toBe(0);
      return stdout;
    }
    /** Of a tenant that had none, so that a key is made, and one that must be opened. */
    async function serves(tenant: string): Promise<boolean> {
      const face = newFace();
      await their.put(tenant, [face], 600_000);
      const fresh = await open(theirs);
      const [found] = await fresh.get(tenant, [face.faceId]);
      await fresh.close();
      return found?.faceId === face.faceId;
    }

    beforeEach(async () => {
      servers = await startRedis();
      folder = temporaryFolder();
      [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
      for (const file of [ours, theirs]) writeFileSync(file, `${masterText}\n`);
      their = await open(theirs);
      expect(await serves("one")).toBe(true);
    });
    afterEach(async () => {
      await their.close();
      await servers.close();
      rmSync(folder, { recursive: true });
    });

    it("that is rotated on one of them is to be copied to the other, which is said and serves it", async () => {
      expect(rotate(["--master-key-file", ours])).toContain(
        `Copy ${ours} to every other machine that uses this Redis`,
      );
      await expect(serves("two")).rejects.toThrow(StoreUnavailableError);
      copyFileSync(ours, theirs);
      expect(await serves("two")).toBe(true);
    });

    it("is rotated without an interruption in the order of docs/store.md", async () => {
      const next = "22".repeat(32);
      for (const file of [ours, theirs]) writeFileSync(file, `${next}\n${masterText}\n`);
      expect(await serves("two")).toBe(true);
      const said = rotate([], { MIEN_MASTER_KEY: readFileSync(ours, "utf8") });
      expect(said).toBe(
        "2 keys are wrapped with the first key of MIEN_MASTER_KEY; you can remove the others from it\n",
      );
      expect(await serves("three")).toBe(true);
      for (const file of [ours, theirs]) writeFileSync(file, `${next}\n`);
      expect(await serves("four")).toBe(true);
      const fresh = await open(ours);
      expect(await fresh.examine()).toEqual({ faces: 4, damaged: 0 });
      await fresh.close();
    });
  },
);
