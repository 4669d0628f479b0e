/** The conformance suite on Redis, one server and a cluster, as Debian ships it; and records that are damaged there. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { restoreBackup, writeBackup } from "@mien/gallery/backup-file";
import { masterKeysFromText } from "@mien/gallery/master-keys";
import { openRedisStore } from "@mien/gallery/redis-store";
import { RedisTime } from "@mien/gallery/redis-time";
import { tenantTag } from "@mien/gallery/sealing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { describeStore, type StoreUnderTest } from "./conformance.js";
import { masterText, newFace, temporaryFolder } from "./faces.js";
import {
  command,
  redisIsInstalled,
  type RedisServers,
  startCluster,
  startRedis,
} from "./redis-servers.js";

async function underTest(servers: RedisServers): Promise<StoreUnderTest> {
  const open = () =>
    openRedisStore({ url: servers.url, masterKeys: masterKeysFromText(masterText) });
  const [one, other] = [await open(), await open()];
  return {
    one,
    other,
    pass: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    reopen: open,
    async close() {
      await one.close();
      await other.close();
      await servers.close();
    },
  };
}

/** Leaves so few bytes of one of the faces that not even the header is whole. */
async function cutOff(servers: RedisServers, faceId: string): Promise<void> {
  const { port } = servers.nodes[0]!;
  const id = Buffer.from(faceId.replaceAll("-", ""), "hex").toString("base64url");
  const key = await command(port, "--scan", "--pattern", `mien:f:*:${id}`);
  const cut = "return redis.call('SET', KEYS[1], redis.call('GETRANGE', KEYS[1], 0, 9), 'KEEPTTL')";
  expect(await command(port, "eval", cut, "1", key)).toBe("OK");
}

function describeDatabases(): void {
  describe("the number of a database in Redis", () => {
    let servers: RedisServers;
    beforeAll(async () => {
      servers = await startRedis();
    });
    afterAll(() => servers.close());
    const open = (url: string) =>
      openRedisStore({ url, masterKeys: masterKeysFromText(masterText) });

    it("keeps faces apart", async () => {
      const face = newFace();
      const [one, other] = [await open(`${servers.url}/1`), await open(`${servers.url}/2`)];
      await one.put("tenant", [face], 60_000);
      expect(await other.get("tenant", [face.faceId])).toEqual([undefined]);
      expect(await other.erase("tenant")).toMatchObject({ faces: 0 });
      expect(await one.get("tenant", [face.faceId])).toMatchObject([{ faceId: face.faceId }]);
      await one.close();
      await other.close();
    });

    it("is refused where there is none of it, or it may not be chosen, and the first is not taken instead", async () => {
      const { port } = servers.nodes[0]!;
      await expect(open(`${servers.url}/99`)).rejects.toThrow(/refuses database 99/);
      const rules = ["on", ">word", "~mien:*", "&*", "+@all", "-select"];
      await command(port, "acl", "setuser", "mien", ...rules);
      const url = new URL(`${servers.url}/2`);
      url.username = "mien";
      url.password = "word";
      await expect(open(url.href)).rejects.toThrow(
        /does not let the user in MIEN_STORE_URL run SELECT: add \+select/,
      );
      expect(await command(port, "info", "keyspace")).not.toContain("db0");
    });
  });
}

function describeIndex(): void {
  describe("the index of a tenant's buckets in Redis", () => {
    let servers: RedisServers;
    beforeAll(async () => {
      servers = await startRedis();
    });
    afterAll(() => servers.close());

    it("loses what is over when a bucket comes in, and nothing else", async () => {
      const store = await openRedisStore({
        url: servers.url,
        masterKeys: masterKeysFromText(masterText),
      });
      const { port } = servers.nodes[0]!;
      const index = `mien:i:{${tenantTag("one").toString("base64url")}}`;
      const ends = async () => (await command(port, "zrange", index, "0", "-1")).split("\n");
      await store.put("one", [newFace()], 600_000);
      const [first] = await ends();
      // As they were left: one of an hour ago, and one whose time comes in a moment.
      const [past, passing] = [Date.now() - 3_600_000, Date.now() + 600].map(String);
      await command(port, "zadd", index, past!, past!, passing!, passing!);
      await store.put("one", [newFace()], 3_600_000);
      const left = await ends();
      expect(left).toHaveLength(3);
      expect(left).toEqual(expect.arrayContaining([first, passing]));
      expect(left).not.toContain(past);
      expect(await store.erase("one")).toEqual({ faces: 2, keysDestroyed: 2, left: 0 });
      await store.close();
    });

    describe("and a server whose clock stayed ahead of Redis's", () => {
      const open = (masters = masterText) =>
        openRedisStore({ url: servers.url, masterKeys: masterKeysFromText(masters) });
      /** What a server does that saw Redis's clock an hour ahead before that was set right. */
      async function ahead<Result>(work: () => Promise<Result>): Promise<Result> {
        const now = vi
          .spyOn(RedisTime.prototype, "now")
          .mockImplementation(() => Date.now() + 3_600_000);
        try {
          return await work();
        } finally {
          now.mockRestore();
        }
      }

      it("loses all that lives when that server erases", async () => {
        const [store, early] = [await open(), await open()];
        const face = newFace();
        await store.put("three", [face], 600_000);
        expect(await ahead(() => early.erase("three"))).toEqual({
          faces: 1,
          keysDestroyed: 1,
          left: 0,
        });
        const fresh = await open();
        expect(await fresh.get("three", [face.faceId])).toEqual([undefined]);
        for (const one of [store, early, fresh]) await one.close();
      });

      it("keeps what lives when that server puts a face: all of it is erased and rewrapped", async () => {
        const [store, early] = [await open(), await open()];
        const [face, other] = [newFace(), newFace()];
        await store.put("two", [face], 600_000);
        await ahead(() => early.put("two", [other], 600_000));
        const newer = "22".repeat(32);
        const rotating = await open(`${newer},${masterText}`);
        expect(await rotating.rewrap()).toBe(2);
        const fresh = await open(newer);
        const ids = [face.faceId, other.faceId];
        expect((await fresh.get("two", ids)).map((found) => found?.faceId)).toEqual(ids);
        expect(await fresh.erase("two")).toEqual({ faces: 2, keysDestroyed: 2, left: 0 });
        const last = await open(newer);
        expect(await last.get("two", ids)).toEqual([undefined, undefined]);
        expect(await last.count()).toBe(0);
        for (const one of [store, early, rotating, fresh, last]) await one.close();
      });
    });
  });
}

function describeDamage(): void {
  describe("a record in Redis that is cut off", () => {
    let servers: RedisServers;
    let folder: string;
    beforeAll(async () => {
      servers = await startRedis();
      folder = temporaryFolder();
    });
    afterAll(async () => {
      await servers.close();
      rmSync(folder, { recursive: true });
    });

    it("is found by an examination, is in no backup, and is erased with the others", async () => {
      const store = await openRedisStore({
        url: servers.url,
        masterKeys: masterKeysFromText(masterText),
      });
      const faces = [newFace(), newFace(), newFace()];
      await store.put("one", faces, 600_000);
      await store.put("two", [newFace()], 600_000);
      await cutOff(servers, faces[1]!.faceId);

      expect(await store.examine()).toEqual({ faces: 3, damaged: 1 });
      const file = join(folder, "backup");
      expect(await writeBackup(store, file)).toBe(3);
      expect(await restoreBackup(store, file)).toEqual({ restored: 3, expired: 0, unreadable: 0 });
      expect(await store.erase("one")).toEqual({ faces: 3, keysDestroyed: 1, left: 0 });
      expect(await store.examine()).toEqual({ faces: 1, damaged: 0 });
      expect(await store.count()).toBe(1);
      await store.close();
    });
  });
}

if (redisIsInstalled) {
  describeStore("Redis", async () => underTest(await startRedis()));
  describeStore("Redis Cluster", async () => underTest(await startCluster()));
  describeDatabases();
  describeIndex();
  describeDamage();
} else {
  describe("the Redis store", () => {
    it.skipIf(process.env["CI"] !== "true")("needs redis-server", () => {
      expect.fail("redis-server is not installed: apt-get install redis-server");
    });
  });
}
