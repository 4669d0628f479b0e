/**
 * Several servers on one Redis Cluster of three masters with replicas, on this machine: shared faceIds, bounded round
 * trips, and a master that is killed under load.
 */
import { randomUUID } from "node:crypto";
import { createServer, type Server, type Socket, connect } from "node:net";
import { masterKeysFromText } from "@mien/gallery/master-keys";
import { openRedisStore } from "@mien/gallery/redis-store";
import { type MaintainedStore, StoreUnavailableError } from "@mien/gallery/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { masterText, newFace } from "./faces.js";
import {
  clusterIsReady,
  command,
  nodeTimeout,
  redisIsInstalled,
  type RedisServers,
  startCluster,
  startRedis,
} from "./redis-servers.js";

const open = (servers: RedisServers): Promise<MaintainedStore> =>
  openRedisStore({ url: servers.url, masterKeys: masterKeysFromText(masterText) });

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.skipIf(!redisIsInstalled)("a cluster whose master is killed under load", () => {
  let servers: RedisServers;
  beforeAll(async () => {
    // With a second replica a promoted master has one of its own, so that it can confirm writes at once.
    servers = await startCluster({ replicas: 2 });
  });
  afterAll(() => servers.close());

  it("fails or succeeds, answers nothing wrongly, loses no answered face and serves on by itself", async () => {
    const stores = [await open(servers), await open(servers), await open(servers)];
    const tenant = "one";
    const answered: string[] = [];
    const failures: { at: number; error: unknown }[] = [];
    const wrong: string[] = [];
    const load = { running: true };
    const lane = async (store: MaintainedStore, index: number): Promise<void> => {
      while (load.running) {
        const faces = Array.from({ length: 1 + (index % 3) }, () => newFace());
        try {
          await store.put(tenant, faces, 600_000);
          answered.push(...faces.map(({ faceId }) => faceId));
          // What one server has answered, another one has.
          const asked = answered[Math.floor(Math.random() * answered.length)]!;
          const [found] = await stores[(index + 1) % stores.length]!.get(tenant, [
            asked,
            randomUUID(),
          ]);
          if (found?.faceId !== asked) wrong.push(asked);
        } catch (error) {
          failures.push({ at: Date.now(), error });
          await wait(20);
        }
      }
    };
    const lanes = Array.from({ length: 6 }, (_, index) => lane(stores[index % 3]!, index));
    await wait(1000);
    const [victim] = await servers.masters();
    const before = answered.length;
    const killedAt = Date.now();
    await victim!.kill();
    // The cluster elects the replica; all the while the other two masters serve.
    const lastFailure = () => Math.max(killedAt, ...failures.map(({ at }) => at));
    await wait(nodeTimeout * 2);
    while (Date.now() - lastFailure() < 2000 && Date.now() - killedAt < nodeTimeout * 8)
      await wait(100);
    const servedAgainAt = Math.max(0, ...failures.map(({ at }) => at));
    const afterwards = answered.length;
    await wait(1000);
    load.running = false;
    await Promise.all(lanes);

    expect(before).toBeGreaterThan(20);
    expect(answered.length).toBeGreaterThan(afterwards);
    for (const { error } of failures) expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(wrong).toEqual([]);
    // The last failure is over within the time that the cluster takes to notice and elect.
    expect(servedAgainAt - killedAt).toBeLessThan(nodeTimeout * 5);
    for (const store of stores)
      expect((await store.get(tenant, answered)).filter((face) => face === undefined)).toEqual([]);
    console.log(
      `failover: ${answered.length} faces answered, ${failures.length} calls failed, the last ${Math.max(0, servedAgainAt - killedAt)} ms after the kill; 0 lost`,
    );
    await Promise.all(stores.map((store) => store.close()));
    await servers.restart(victim!);
    await clusterIsReady(servers);
  });

  it("has no databases with numbers", async () => {
    await expect(
      openRedisStore({ url: `${servers.url}/2`, masterKeys: masterKeysFromText(masterText) }),
    ).rejects.toThrow("remove the number from MIEN_STORE_URL");
  });

  it("does not answer a face that no replica has", async () => {
    const store = await open(servers);
    const masters = await servers.masters();
    const replicas = servers.nodes.filter((node) => !masters.includes(node));
    for (const replica of replicas) await replica.kill();
    await expect(store.put("one", [newFace()], 60_000)).rejects.toThrow(StoreUnavailableError);
    for (const replica of replicas) await servers.restart(replica);
    await clusterIsReady(servers);
    const face = newFace();
    await store.put("one", [face], 60_000);
    expect((await store.get("one", [face.faceId]))[0]?.faceId).toBe(face.faceId);
    await store.close();
  });

  it("is not opened while keys of it have no master, and is as soon as they have one", async () => {
    const masters = await servers.masters();
    const killed = servers.nodes.filter((node) => node === masters[0] || !masters.includes(node));
    for (const node of killed) await node.kill();
    for (const { port } of masters.slice(1))
      while (!(await command(port, "cluster", "info")).includes("cluster_state:fail"))
        await wait(50);
    const opening = open(servers);
    await expect(opening).rejects.toThrow(StoreUnavailableError);
    await expect(opening).rejects.toThrow(
      /^the Redis Cluster at 127\.0\.0\.1:.* cannot be used: CLUSTER INFO does not say/,
    );
    for (const node of killed) await servers.restart(node);
    await clusterIsReady(servers);
    await (await open(servers)).close();
  });

  it("loses nothing when every process of it is killed at once", async () => {
    const store = await open(servers);
    const faces = Array.from({ length: 200 }, () => newFace());
    await store.put("one", faces, 600_000);
    await Promise.all(servers.nodes.map((node) => node.kill()));
    await expect(store.get("one", [faces[0]!.faceId])).rejects.toThrow(StoreUnavailableError);
    await Promise.all(servers.nodes.map((node) => servers.restart(node)));
    await clusterIsReady(servers);
    const ids = faces.map(({ faceId }) => faceId);
    const again = await open(servers);
    expect((await again.get("one", ids)).map((face) => face?.faceId)).toEqual(ids);
    await again.close();
    // The one that was open comes back by itself.
    let found: unknown;
    for (let attempt = 0; attempt < 100 && found === undefined; attempt++) {
      found = await store.get("one", ids).catch(() => wait(100));
    }
    expect(found).toHaveLength(200);
    await store.close();
  });
});

/**
 * Stands before a server and holds all answers back while `gate.closed`, counting the commands that come: whoever needs an
 * answer before it asks on waits for ever.
 */
async function gatedProxy(
  port: number,
  target: number,
  gate: { closed: boolean; commands: number; held: (() => void)[] },
): Promise<Server> {
  const server = createServer((client: Socket) => {
    const upstream = connect(target, "127.0.0.1");
    client.on("data", (chunk: Buffer) => {
      // Of one tenant's faces, each key is named once.
      if (gate.closed) gate.commands += chunk.toString("latin1").split("mien:f:").length - 1;
      upstream.write(chunk);
    });
    upstream.on("data", (chunk: Buffer) => {
      const pass = () => void client.write(chunk);
      if (gate.closed) gate.held.push(pass);
      else pass();
    });
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on("error", end).on("close", end);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

describe.skipIf(!redisIsInstalled)("a batch of a thousand faceIds", () => {
  it("takes one round trip to each master at the same time", async () => {
    const gate = { closed: false, commands: 0, held: [] as (() => void)[] };
    const proxies: Server[] = [];
    // Nodes announce the proxies' ports, 5 above their own, to those who ask for the cluster's slots.
    const servers = await startCluster({
      announce: (port) => [
        ...["--cluster-announce-port", String(port + 5)],
        ...["--cluster-announce-bus-port", String(port + 10_000)],
      ],
      async prepare(nodes) {
        for (const { port } of nodes) proxies.push(await gatedProxy(port + 5, port, gate));
      },
    });
    const store = await open(servers);
    try {
      const faces = Array.from({ length: 1000 }, () => newFace(undefined, 64));
      await store.put("one", faces, 60_000);
      const ids = faces.map(({ faceId }) => faceId);
      await store.get("one", ids);
      gate.closed = true;
      const reading = store.get("one", ids);
      for (let attempt = 0; attempt < 200 && gate.commands < 1000; attempt++) await wait(10);
      // All questions are asked although no answer has come.
      expect(gate.commands).toBe(1000);
      gate.closed = false;
      for (const pass of gate.held.splice(0)) pass();
      expect((await reading).map((face) => face?.faceId)).toEqual(ids);
    } finally {
      await store.close();
      for (const proxy of proxies) proxy.close();
      await servers.close();
    }
  });
});

describe.skipIf(!redisIsInstalled)("a Redis that must not be used as it is", () => {
  it("is refused with the reason", async () => {
    const servers = await startRedis();
    const [node] = servers.nodes;
    const store = await open(servers);
    await store.put("one", [newFace()], 60_000);
    await expect(
      openRedisStore({ url: servers.url, masterKeys: masterKeysFromText("44".repeat(32)) }),
    ).rejects.toThrow("master key");
    await command(node!.port, "config", "set", "maxmemory-policy", "allkeys-lru");
    await expect(open(servers)).rejects.toThrow("set maxmemory-policy noeviction");
    await command(node!.port, "config", "set", "maxmemory-policy", "noeviction");
    await command(node!.port, "set", "mien:format", "3");
    await expect(open(servers)).rejects.toThrow("run the newer version");
    await store.close();
    await servers.close();
    await expect(open(servers)).rejects.toThrow("Redis cannot be reached at 127.0.0.1:");
  });

  it("keeps to the database that its URL names, whatever else is in the others", async () => {
    const servers = await startRedis();
    const { port } = servers.nodes[0]!;
    await command(port, "set", "of another program", "1");
    const openAt = (path: string) =>
      openRedisStore({
        url: `${servers.url}${path}`,
        masterKeys: masterKeysFromText(masterText),
      });
    const store = await openAt("/3");
    const face = newFace();
    await store.put("one", [face], 60_000);
    expect(await command(port, "dbsize")).toMatch(/\b1$/);
    const same = await openAt("/3");
    expect((await same.get("one", [face.faceId]))[0]).toBeDefined();
    const other = await openAt("/");
    expect((await other.get("one", [face.faceId]))[0]).toBeUndefined();
    for (const opened of [store, same, other]) await opened.close();
    await expect(openAt("/faces")).rejects.toThrow(/redis:\/\/host:6379\/2$/);
    await servers.close();
  });

  it("is named without its password", async () => {
    await expect(
      openRedisStore({
        url: "redis://user:secret-word@127.0.0.1:1",
        masterKeys: masterKeysFromText(masterText),
      }),
    ).rejects.toThrow(/^(?!.*secret-word).*127\.0\.0\.1:1/s);
    for (const url of ["http://127.0.0.1", "redis:", "secret-word"])
      await expect(
        openRedisStore({ url, masterKeys: masterKeysFromText(masterText) }),
      ).rejects.toThrow(/^MIEN_STORE_URL must be redis:/);
  });
});
