/** The conformance suite on Redis, one server and a cluster, as Debian ships it. */
import { masterKeysFromText } from "@mien/gallery/master-keys";
import { openRedisStore } from "@mien/gallery/redis-store";
import { describe, expect, it } from "vitest";
import { describeStore, type StoreUnderTest } from "./conformance.js";
import { masterText } from "./faces.js";
import { redisIsInstalled, type RedisServers, startCluster, startRedis } from "./redis-servers.js";

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

if (redisIsInstalled) {
  describeStore("Redis", async () => underTest(await startRedis()));
  describeStore("Redis Cluster", async () => underTest(await startCluster()));
} else {
  describe("the Redis store", () => {
    it.skipIf(process.env["CI"] !== "true")("needs redis-server", () => {
      expect.fail("redis-server is not installed: apt-get install redis-server");
    });
  });
}
