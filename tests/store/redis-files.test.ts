/** What Redis's own files hold of keys that are over or erased: until they are written anew, everything; then, nothing. */
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  masterKeysFromFile,
  masterKeysFromText,
  rotateMasterKeyFile,
} from "@mien/gallery/master-keys";
import { openRedisStore } from "@mien/gallery/redis-store";
import { tenantTag } from "@mien/gallery/sealing";
import type { SealedFace } from "@mien/gallery/store";
import { describe, expect, it } from "vitest";
import { bytesOf, keysIn, readable, sealedOf } from "./attack.js";
import { masterText, newFace, temporaryFolder } from "./faces.js";
import {
  command,
  type RedisProcess,
  type RedisServers,
  redisIsInstalled,
  startCluster,
  startRedis,
} from "./redis-servers.js";

const master = Buffer.from(masterText, "hex");
const five = () => Array.from({ length: 5 }, () => newFace(undefined, 64));

async function isGone(port: number, pattern: string): Promise<void> {
  while ((await command(port, "--scan", "--pattern", pattern)) !== "") await setTimeout(100);
}

async function storeInCluster() {
  const servers = await startCluster();
  const store = await openRedisStore({
    url: servers.url,
    masterKeys: masterKeysFromText(masterText),
  });
  return { servers, store };
}

/** Waits until every other node takes this one for failed, or none any more. */
async function failureIsKnown(
  servers: RedisServers,
  { port: own }: RedisProcess,
  known = true,
): Promise<void> {
  const isFailed = async ({ port }: RedisProcess): Promise<boolean> =>
    new RegExp(`:${own}@\\S+ (?:slave|master),fail `).test(await command(port, "cluster", "nodes"));
  const others = servers.nodes.filter(({ port }) => port !== own);
  while ((await Promise.all(others.map(isFailed))).some((failed) => failed !== known))
    await setTimeout(100);
}

describe.skipIf(!redisIsInstalled && process.env["CI"] !== "true")(
  "Redis's log and snapshot",
  () => {
    it("hold the key of a bucket that is over until they are written anew; a copy, until the master key is rotated", async () => {
      const servers = await startRedis();
      const [{ port, folder }] = servers.nodes as [(typeof servers.nodes)[0]];
      const own = temporaryFolder();
      const masterFile = join(own, "master-key");
      writeFileSync(masterFile, masterText);
      const store = await openRedisStore({
        url: servers.url,
        masterKeys: masterKeysFromFile(masterFile),
        bucketWidth: 1000,
      });
      const brief = five();
      await store.put("one", brief, 3000);
      await store.put("one", five(), 3_600_000);
      const faces = await sealedOf(store);
      expect(faces).toHaveLength(10);
      const ids = new Set(brief.map(({ faceId }) => faceId.replaceAll("-", "")));
      const isBrief = ({ faceId }: SealedFace): boolean => ids.has(faceId.toString("hex"));
      const readableIn = (place: string, key: Buffer) => {
        const keys = keysIn(bytesOf(place), key, faces);
        const opened = (some: readonly SealedFace[]) => readable(some, keys);
        return {
          over: opened(faces.filter(isBrief)),
          live: opened(faces.filter((f) => !isBrief(f))),
        };
      };
      await command(port, "save");
      expect(existsSync(join(folder, "dump.rdb"))).toBe(true);
      const copy = join(own, "copy");
      cpSync(folder, copy, { recursive: true });

      // Redis itself forgets the key, and its files do not.
      await isGone(port, `mien:k:*:${faces.filter(isBrief)[0]!.record.readDoubleLE(17)}`);
      expect(readableIn(folder, master)).toEqual({ over: 5, live: 5 });
      expect(await store.scrub()).toBe(1);
      expect(readableIn(folder, master)).toEqual({ over: 0, live: 5 });

      // A copy is beyond reach; the master key that opens it is not.
      expect(readableIn(copy, master)).toEqual({ over: 5, live: 5 });
      expect(await rotateMasterKeyFile(masterFile, () => store.rewrap())).toBe(1);
      const next = masterKeysFromFile(masterFile).first().key;
      expect(readableIn(copy, next)).toEqual({ over: 0, live: 0 });
      await store.scrub();
      expect(readableIn(folder, next)).toEqual({ over: 0, live: 5 });
      expect(readableIn(folder, master)).toEqual({ over: 0, live: 0 });
      await store.close();
      await servers.close();
      rmSync(own, { recursive: true });
    });

    it("of masters and replicas hold nothing of an erased tenant once written anew", async () => {
      const { servers, store } = await storeInCluster();
      await store.put("one", five(), 3_600_000);
      await store.put("two", five(), 3_600_000);
      const faces = await sealedOf(store);
      const tag = tenantTag("one");
      const left = () =>
        servers.nodes.map(({ folder }) => {
          const keys = keysIn(bytesOf(folder), master, faces);
          const mine = faces.filter((face) => face.tenantTag.equals(tag));
          return { mine: readable(mine, keys), all: readable(faces, keys) };
        });
      const sum = (name: "mine" | "all") => left().reduce((total, node) => total + node[name], 0);
      // Each tenant's keys are with one master and its replica.
      expect([sum("mine"), sum("all")]).toEqual([10, 20]);
      expect(await store.erase("one")).toMatchObject({ faces: 5, keysDestroyed: 1, left: 0 });
      expect(sum("mine")).toBe(10);
      expect(await store.scrub()).toBe(6);
      expect([sum("mine"), sum("all")]).toEqual([0, 10]);
      await store.close();
      await servers.close();
    });

    it("of a replica that its cluster takes for failed, or not yet for begun, are not passed over in silence", async () => {
      const { servers, store } = await storeInCluster();
      await store.put("one", five(), 3_600_000);
      const masters = await servers.masters();
      const replica = servers.nodes.find((node) => !masters.includes(node))!;
      await replica.kill();
      await failureIsKnown(servers, replica);
      const rewrites = async () =>
        (await Promise.all(masters.map(({ port }) => command(port, "info", "persistence")))).map(
          (info) => Number(/aof_rewrites:(\d+)/.exec(info)![1]),
        );
      const before = await rewrites();
      await expect(store.scrub()).rejects.toThrow(
        `Redis at 127.0.0.1:${replica.port} has not written its files anew: `,
      );
      expect(await rewrites()).toEqual(before.map((count) => count + 1));
      // Started again, it is waited for.
      await servers.restart(replica);
      await failureIsKnown(servers, replica, false);
      expect(await store.scrub()).toBe(6);
      await store.close();
      await servers.close();
    });

    it("of a master that failed are not passed over, though another has its place", async () => {
      const { servers, store } = await storeInCluster();
      const [master] = await servers.masters();
      await master!.kill();
      await failureIsKnown(servers, master!);
      const isWhole = async ({ port }: RedisProcess): Promise<boolean> =>
        (await command(port, "cluster", "info")).includes("cluster_state:ok");
      const others = servers.nodes.filter((node) => node !== master);
      while (!(await Promise.all(others.map(isWhole))).every(Boolean)) await setTimeout(100);
      await expect(store.scrub()).rejects.toThrow(
        `Redis at 127.0.0.1:${master!.port} has not written its files anew: `,
      );
      await store.close();
      await servers.close();
    });

    it("that may not be written anew are an error, not a promise", async () => {
      const servers = await startRedis();
      const [{ port }] = servers.nodes as [(typeof servers.nodes)[0]];
      await command(
        port,
        "acl",
        "setuser",
        "limited",
        "on",
        ">pw",
        "~*",
        "&*",
        "+@all",
        "-bgrewriteaof",
      );
      const store = await openRedisStore({
        url: servers.url.replace("//", "//limited:pw@"),
        masterKeys: masterKeysFromText(masterText),
      });
      await expect(store.scrub()).rejects.toThrow(/run BGREWRITEAOF: add \+bgrewriteaof/);
      await store.close();
      await servers.close();
    });
  },
);
