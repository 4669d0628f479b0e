/** Which Redis server has which key: one server, or the masters of a cluster. */
import { once } from "node:events";
import calculateSlot from "cluster-key-slot";
import { Cluster, Redis } from "ioredis";
import { messageOf } from "./message-of.js";
import { refusalOf } from "./redis-refusals.js";
import { readRedisUrls, type RedisAddress } from "./redis-urls.js";
import { StoreSettingError, StoreUnavailableError } from "./store.js";

/** A member of a cluster that it does not serve from. */
export interface MissingMember {
  /** Host and port. */
  readonly address: string;
  /** Down, as the cluster has agreed; or else a replica that has just joined. */
  readonly failed: boolean;
}

/** One server, or the nodes of a cluster. */
export interface Topology {
  /** The connection to the master that has the key; `undefined` while nobody is known to. */
  nodeFor(key: string): Redis | undefined;
  masters(): Redis[];
  /** Masters and the replicas that a cluster serves from: none that failed, and none whose copy is not known to be begun. */
  all(): Redis[];
  /** The other members of a cluster that have keys, or copies of them. */
  missing(): Promise<readonly MissingMember[]>;
  /** Asks again who has which keys. */
  refresh(): Promise<void>;
  close(): void;
}

/** Commands fail at once without a connection and are never sent twice: whoever waits is told, and retries on purpose. */
const nodeOptions = {
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 2000,
  commandTimeout: 8000,
};

/** Errors are those of commands; a connection that breaks in between is reconnected without a word. */
function quiet<Client extends Redis | Cluster>(client: Client): Client {
  client.on("error", () => undefined);
  return client;
}

function single(client: Redis): Topology {
  return {
    nodeFor: () => client,
    masters: () => [client],
    all: () => [client],
    missing: () => Promise.resolve([]),
    refresh: () => Promise.resolve(),
    close: () => client.disconnect(),
  };
}

/**
 * From what `CLUSTER NODES` answers, the addresses that each member with keys or copies of them may be known by; members
 * whose address the cluster itself does not know are left out.
 */
function readMembers(text: string): { addresses: string[]; failed: boolean }[] {
  return text.split("\n").flatMap((line) => {
    const [, place = "", flags = "", , , , , , slots] = line.split(" ");
    const [, host, port, name] = /^(.+):(\d+)@\d+(?:,([^,]*))?/.exec(place) ?? [];
    const marks = new Set(flags.split(","));
    const failed = marks.has("fail");
    // A master that failed keeps its files, after another has taken its slots too.
    const keeps = slots !== undefined || marks.has("slave") || failed;
    if (!keeps || host === undefined || marks.has("noaddr") || marks.has("handshake")) return [];
    const addresses = [host, name].filter((known) => known).map((known) => `${known}:${port}`);
    return [{ addresses, failed }];
  });
}

function cluster(client: Cluster): Topology {
  return {
    nodeFor(key) {
      // The addresses of each slot's nodes, its master's first; empty before anything is known.
      const address = (client.slots as (string[] | undefined)[])[calculateSlot(key)]?.[0];
      return client
        .nodes("master")
        .find(({ options }) => `${options.host}:${options.port}` === address);
    },
    masters: () => client.nodes("master"),
    all: () => client.nodes("all"),
    async missing() {
      const served = new Set(
        client.nodes("all").map(({ options }) => `${options.host}:${options.port}`),
      );
      return readMembers(String(await client.cluster("NODES")))
        .filter(({ addresses }) => !addresses.some((address) => served.has(address)))
        .map(({ addresses, failed }) => ({ address: addresses[0]!, failed }));
    },
    refresh: () => new Promise((resolve) => client.refreshSlotsCache(() => resolve())),
    close: () => client.disconnect(),
  };
}

/**
 * Connects to the first server that answers, and to its whole cluster when it is of one.
 * @param limits of each attempt to connect and of each command, in milliseconds.
 * @throws StoreUnavailableError when none answers; StoreSettingError for URLs that cannot be.
 */
export async function connectTopology(
  text: string,
  limits: Partial<Pick<typeof nodeOptions, "connectTimeout" | "commandTimeout">> = {},
): Promise<{ topology: Topology; clustered: boolean }> {
  const addresses = readRedisUrls(text);
  let failure: unknown;
  let refusal: StoreUnavailableError | undefined;
  for (const { host, port, options } of addresses) {
    const client = quiet(
      new Redis({
        ...nodeOptions,
        ...limits,
        ...options,
        host,
        port,
        lazyConnect: true,
        enableOfflineQueue: false,
        retryStrategy: (times) => Math.min(50 * times, 500),
      }),
    );
    // What went wrong is told by an event; the connection itself says only that it is closed.
    let reason: unknown;
    client.on("error", (error) => (reason = error));
    try {
      await client.connect();
      const info = await client.info("cluster");
      if (!/cluster_enabled:1/.test(info)) {
        if (addresses.length > 1)
          throw new StoreSettingError(`${host}:${port} is not a node of a cluster`);
        await keepDatabase(client, options.db);
        return { topology: single(client), clustered: false };
      }
      client.disconnect();
      if (addresses.some(({ options }) => options.db !== 0))
        throw new StoreSettingError(
          "a Redis Cluster has only one database: remove the number from MIEN_STORE_URL",
        );
      return { topology: cluster(await connectCluster(addresses, limits)), clustered: true };
    } catch (error) {
      client.disconnect();
      if (error instanceof StoreUnavailableError) throw error;
      failure = reason ?? error;
      refusal ??= refusalOf(failure, { host, port });
    }
  }
  if (refusal !== undefined) throw refusal;
  throw new StoreUnavailableError(
    `Redis cannot be reached at ${addresses.map(({ host, port }) => `${host}:${port}`).join(", ")}: ` +
      messageOf(failure),
    { cause: failure },
  );
}

/**
 * The client asks for its database and goes on in the first where it does not get it: there, another installation's faces
 * may be.
 * @throws StoreSettingError where the server has no such database, or its user may not choose it.
 */
async function keepDatabase(client: Redis, database: number): Promise<void> {
  if (database === 0) return;
  try {
    await client.select(database);
  } catch (cause) {
    const { host, port } = client.options;
    throw (
      refusalOf(cause, { host, port }) ??
      new StoreSettingError(
        `Redis at ${host}:${port} refuses database ${database}: ${messageOf(cause)}`,
        { cause },
      )
    );
  }
  // Before whatever waits for the connection, each time that it is made anew.
  client.on("ready", () => void client.select(database).catch(() => client.disconnect(true)));
}

/** Milliseconds in which a node must say who has which keys. */
const slotsTimeout = 2000;

/** @throws StoreUnavailableError when it cannot be asked or is not whole. */
async function connectCluster(
  addresses: readonly RedisAddress[],
  limits: Partial<typeof nodeOptions>,
): Promise<Cluster> {
  const nodes = addresses.map(({ host, port }) => ({ host, port }));
  const client = quiet(
    new Cluster(nodes, {
      redisOptions: { ...nodeOptions, ...limits, ...addresses[0]!.options },
      lazyConnect: true,
      // Servers' names are checked against their certificates, not against what a resolver says.
      dnsLookup: (address, callback) => callback(null, address),
      slotsRefreshTimeout: slotsTimeout,
      slotsRefreshInterval: 5000,
      clusterRetryStrategy: (times) => Math.min(100 * times, 1000),
    }),
  );
  const { connectTimeout, commandTimeout } = { ...nodeOptions, ...limits };
  // Time to ask each address in turn who has which keys, and then one node whether the cluster is whole.
  const limit = addresses.length * slotsTimeout + connectTimeout + commandTimeout;
  try {
    // While the cluster is not whole, `connect` never settles: the client closes and connects anew, again and again.
    await Promise.race([client.connect(), closing(client, limit)]);
    return client;
  } catch (error) {
    // Left alone, it would connect anew for ever, and the process could not end.
    client.disconnect();
    // The client says only that no node has told who has which keys; what the last one said instead is kept beside it.
    const cause = (error as { lastNodeError?: unknown }).lastNodeError ?? error;
    throw (
      refusalOf(cause) ??
      new StoreUnavailableError(
        `the Redis Cluster at ${nodes.map(({ host, port }) => `${host}:${port}`).join(", ")} ` +
          `cannot be used: ${messageOf(cause)}`,
        { cause },
      )
    );
  }
}

/** Fails when the client closes, tells of an error or has had its time. */
async function closing(client: Cluster, limit: number): Promise<never> {
  const signal = AbortSignal.timeout(limit);
  try {
    await once(client, "close", { signal });
  } catch (error) {
    throw signal.aborted ? new Error(`it is not ready after ${limit} ms`) : error;
  }
  throw new Error("CLUSTER INFO does not say cluster_state:ok");
}
