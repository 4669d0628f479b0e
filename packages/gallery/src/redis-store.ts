/** The store of several machines: Redis 7, one server or a cluster. Faces expire by Redis's own time to live. */
import { headerIfReadable, keyEndOf, openFace, readHeader, sealFace } from "./face-record.js";
import { type MasterKeys, requireMasterKeys } from "./master-keys.js";
import { type BatchOptions, runBatch } from "./redis-batch.js";
import { checkRedis, durability, masterIdIn } from "./redis-checks.js";
import { faceKeyOf, anyFaceKey, anyFaceKeyOf, scan, sealedOf } from "./redis-faces.js";
import { rewriteFiles } from "./redis-files.js";
import { anyIndexKey, entryKeyOf, tagOfIndexKey } from "./redis-key-entries.js";
import { RedisKeys } from "./redis-keys.js";
import { unanswered } from "./redis-refusals.js";
import { RedisTime } from "./redis-time.js";
import { connectTopology, type Topology } from "./redis-topology.js";
import { withoutCredentials } from "./redis-urls.js";
import { faceIdBytes, tenantTag } from "./sealing.js";
import {
  type Erasure,
  type Examination,
  type MaintainedStore,
  type NewFace,
  type Restoration,
  type SealedFace,
  StoreSettingError,
  StoreUnavailableError,
  type StoredFace,
  type StoreStatistics,
} from "./store.js";

/** Which Redis, and who holds the keys. */
export interface RedisStoreOptions {
  /** `redis://` or `rediss://` URLs, separated by commas. */
  readonly url: string;
  readonly masterKeys: MasterKeys;
  /** Replicas that must have a face before it is answered; default 1 in a cluster, else 0. */
  readonly replicas?: number;
  /** Whether a Redis without a face store becomes one; default true. */
  readonly makesStore?: boolean;
  /** Milliseconds of a bucket; for tests. */
  readonly bucketWidth?: number;
}

/** Times that a put is repeated because its key was destroyed meanwhile. */
const putAttempts = 5;

class RedisStore implements MaintainedStore {
  readonly #url: string;
  readonly #reader: Topology;
  readonly #writer: Topology;
  readonly #durable: BatchOptions;
  readonly #keys: RedisKeys;
  readonly #time: RedisTime;
  readonly #bucketWidth: number | undefined;
  readonly #forgetter: NodeJS.Timeout;

  constructor(
    options: RedisStoreOptions,
    parts: { reader: Topology; writer: Topology; durable: BatchOptions; time: RedisTime },
  ) {
    this.#url = options.url;
    this.#reader = parts.reader;
    this.#writer = parts.writer;
    this.#durable = parts.durable;
    this.#time = parts.time;
    this.#bucketWidth = options.bucketWidth;
    this.#keys = new RedisKeys({
      ...parts,
      masters: options.masterKeys,
      now: () => parts.time.now(),
    });
    this.#forgetter = setInterval(() => void this.sweep(), 5000);
    this.#forgetter.unref();
  }

  /** Refuses a Redis that must not keep faces, and another installation's master key. */
  async check({ url, masterKeys, makesStore = true }: RedisStoreOptions): Promise<void> {
    await checkRedis(this.#writer, this.#durable, makesStore ? "open" : "look");
    if (makesStore) return this.#keys.check();
    const id = await masterIdIn(this.#writer);
    if (id === undefined)
      throw new StoreSettingError(`there is no face store in ${withoutCredentials(url)}`);
    requireMasterKeys(masterKeys, [id]);
  }

  async put(tenant: string, faces: readonly NewFace[], timeToLive: number): Promise<void> {
    if (faces.length === 0) return;
    const tag = tenantTag(tenant);
    const prepared = faces.map((template) => {
      const faceId = faceIdBytes(template.faceId);
      if (faceId === undefined) throw new RangeError("a faceId is a lower-case UUID");
      return { template, faceId, key: faceKeyOf(tag, faceId) };
    });
    for (let attempt = 0; attempt < putAttempts; attempt++) {
      const expiresAt = this.#time.now() + Math.ceil(timeToLive);
      const bucketKey = await this.#keys.forWriting(tag, keyEndOf(expiresAt, this.#bucketWidth));
      const entryKey = entryKeyOf(tag, bucketKey.end);
      const [entry] = await runBatch(
        this.#writer,
        [
          { key: entryKey, name: "GET", arguments: [entryKey] },
          ...prepared.map(({ template, faceId, key }) => ({
            key,
            name: "SET",
            arguments: [
              key,
              sealFace(template, { key: bucketKey, expiresAt, tag, faceId }),
              "PX",
              Math.ceil(timeToLive),
            ],
          })),
        ],
        this.#durable,
      );
      // Another server may have erased the tenant since this one read the key.
      if (this.#keys.confirm(bucketKey, tag, entry as Buffer | null)) return;
    }
    throw new StoreUnavailableError("the key of new faces was destroyed again and again");
  }

  async get(tenant: string, faceIds: readonly string[]): Promise<(StoredFace | undefined)[]> {
    const tag = tenantTag(tenant);
    const wanted = faceIds.map((faceId) => faceIdBytes(faceId));
    const asked = wanted.flatMap((faceId) => (faceId === undefined ? [] : [faceId]));
    const replies = await runBatch(
      this.#reader,
      asked.map((faceId) => {
        const key = faceKeyOf(tag, faceId);
        return { key, name: "GET", arguments: [key] };
      }),
    );
    const records = replies.map((reply) => (reply as Buffer | null) ?? undefined);
    const now = this.#time.now();
    const headers = records.map((record) => (record === undefined ? undefined : header(record)));
    await this.#loadUnknown(tag, headers);
    let next = 0;
    return wanted.map((faceId, index): StoredFace | undefined => {
      if (faceId === undefined) return undefined;
      const [record, own] = [records[next], headers[next]];
      next++;
      if (record === undefined || own === undefined || own.expiresAt <= now) return undefined;
      const key = this.#keys.known(own.keyId);
      if (key === "destroyed") return undefined;
      if (key === undefined) throw new StoreUnavailableError("the key of a stored face is missing");
      try {
        const template = openFace(record, key.key, tag, faceId);
        return { faceId: faceIds[index]!, ...template, expiresAt: own.expiresAt };
      } catch (cause) {
        throw new StoreUnavailableError("a stored face is damaged", { cause });
      }
    });
  }

  async #loadUnknown(
    tag: Buffer,
    headers: readonly (ReturnType<typeof header> | undefined)[],
  ): Promise<void> {
    const ends = new Set<number>();
    for (const own of headers)
      if (own !== undefined && this.#keys.known(own.keyId) === undefined) ends.add(own.keyEnd);
    if (ends.size > 0) await this.#keys.load(tag, [...ends]);
  }

  sweep(): Promise<number> {
    // Redis forgets by itself; what is left to forget are this process's own copies of keys.
    this.#keys.forgetUpTo(this.#time.now());
    return Promise.resolve(0);
  }

  async erase(tenant: string): Promise<Erasure> {
    const tag = tenantTag(tenant);
    const keysDestroyed = await this.#keys.destroyTenant(tag);
    const pattern = anyFaceKeyOf(tag);
    // What was put after this instant has a key of its own and is none of what is to be erased.
    const erased = async (keys: readonly string[]): Promise<string[]> => {
      const faces = await sealedOf(this.#writer, keys);
      const headers = faces.map(({ record }) => headerIfReadable(record));
      await this.#loadUnknown(tag, headers);
      return faces.flatMap(({ key }, index) => {
        const own = headers[index];
        // Nothing opens a record without a header, so it goes with those whose key is destroyed.
        const state = own === undefined ? undefined : this.#keys.known(own.keyId);
        return state === "destroyed" || state === undefined ? [key] : [];
      });
    };
    let faces = 0;
    for await (const keys of scan(this.#writer, pattern)) {
      const going = await erased(keys);
      const gone = await runBatch(
        this.#writer,
        going.map((key) => ({ key, name: "UNLINK", arguments: [key] })),
        this.#durable,
      );
      faces += gone.reduce((sum: number, count) => sum + Number(count), 0);
    }
    let left = 0;
    for await (const keys of scan(this.#writer, pattern)) left += (await erased(keys)).length;
    return { faces, keysDestroyed, left };
  }

  async *sealed(): AsyncGenerator<readonly SealedFace[]> {
    for await (const keys of scan(this.#writer, anyFaceKey)) {
      const faces = await sealedOf(this.#writer, keys);
      // No store takes a damaged one back.
      yield faces
        .filter(({ record }) => headerIfReadable(record) !== undefined)
        .map(({ tenantTag: tag, faceId, record }) => ({ tenantTag: tag, faceId, record }));
    }
  }

  async restore(faces: readonly SealedFace[]): Promise<Restoration> {
    const now = this.#time.now();
    let [restored, expired, unreadable] = [0, 0, 0];
    const commands = [];
    for (const { tenantTag: tag, faceId, record } of faces) {
      const own = headerIfReadable(record);
      if (own !== undefined && own.expiresAt <= now) {
        expired++;
        continue;
      }
      const bucketKey = own && (await this.#keys.lives(tag, own.keyId, own.keyEnd));
      try {
        if (own === undefined || bucketKey === undefined) throw new Error("nothing opens it");
        openFace(record, bucketKey.key, tag, faceId);
      } catch {
        unreadable++;
        continue;
      }
      const key = faceKeyOf(tag, faceId);
      commands.push({
        key,
        name: "SET",
        arguments: [key, record, "PX", Math.ceil(own.expiresAt - now)],
      });
      restored++;
    }
    if (commands.length > 0) await runBatch(this.#writer, commands, this.#durable);
    return { restored, expired, unreadable };
  }

  async rewrap(): Promise<number> {
    await this.#keys.announceMaster();
    let rewrapped = 0;
    // A server that read the former announcement a moment ago may still make a key: a second look finds it.
    for (let round = 0; round < 2; round++) {
      for await (const keys of scan(this.#writer, anyIndexKey))
        for (const key of keys) rewrapped += await this.#keys.rewrap(tagOfIndexKey(key));
      if (round === 0) await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    return rewrapped;
  }

  scrub(): Promise<number> {
    return rewriteFiles(this.#writer);
  }

  async examine(): Promise<Examination> {
    let [faces, damaged] = [0, 0];
    for await (const keys of scan(this.#writer, anyFaceKey))
      for (const { tenantTag: tag, faceId, record } of await sealedOf(this.#writer, keys)) {
        try {
          const own = readHeader(record);
          if (own.expiresAt <= this.#time.now()) continue;
          faces++;
          await this.#loadUnknown(tag, [own]);
          const key = this.#keys.known(own.keyId);
          if (key === undefined) damaged++;
          else if (key !== "destroyed") openFace(record, key.key, tag, faceId);
        } catch {
          damaged++;
        }
      }
    return { faces, damaged };
  }

  async count(): Promise<number> {
    let faces = 0;
    for await (const keys of scan(this.#writer, anyFaceKey)) faces += keys.length;
    return faces;
  }

  async statistics(): Promise<StoreStatistics> {
    let [liveFaces, bytesOnDisk, expiredFaces] = [0, 0, 0];
    try {
      for (const node of this.#writer.masters()) {
        const number = (text: string, name: string): number =>
          Number(new RegExp(`${name}:(\\d+)`).exec(text)?.[1] ?? 0);
        liveFaces += await node.dbsize();
        bytesOnDisk += number(await node.info("memory"), "used_memory");
        expiredFaces += number(await node.info("stats"), "expired_keys");
      }
    } catch (cause) {
      throw unanswered(cause);
    }
    const place = withoutCredentials(this.#url);
    return { liveFaces, bytesOnDisk, expiredFaces, place };
  }

  close(): Promise<void> {
    clearInterval(this.#forgetter);
    this.#time.stop();
    this.#reader.close();
    this.#writer.close();
    this.#keys.close();
    return Promise.resolve();
  }
}

/** @throws StoreUnavailableError for a record of another version. */
function header(record: Buffer): ReturnType<typeof readHeader> {
  try {
    return readHeader(record);
  } catch (cause) {
    throw new StoreUnavailableError("a stored face is damaged or of another version", { cause });
  }
}

/**
 * @throws StoreUnavailableError when Redis cannot be reached or must not keep faces as it is; of these StoreSettingError where
 * there is no store and none is to be made.
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<MaintainedStore> {
  const { topology: reader, clustered } = await connectTopology(options.url);
  // Waiting for replicas holds a connection up; reads have another one.
  const { topology: writer } = await connectTopology(options.url).catch((error: unknown) => {
    reader.close();
    throw error;
  });
  try {
    const store = new RedisStore(options, {
      reader,
      writer,
      durable: durability(options.replicas, clustered),
      time: await RedisTime.start(reader),
    });
    await store.check(options);
    return store;
  } catch (error) {
    reader.close();
    writer.close();
    throw unanswered(error);
  }
}
