/**
 * The keys of tenants and buckets in Redis: one entry for each tenant and bucket, which Redis itself forgets when the bucket
 * is over; all entries of a tenant in one slot.
 */
import { randomBytes } from "node:crypto";
import type { BucketKey } from "./face-record.js";
import { openBucketKey } from "./key-wrapping.js";
import type { MasterKey, MasterKeys } from "./master-keys.js";
import { type BatchOptions, runBatch } from "./redis-batch.js";
import { masterName } from "./redis-checks.js";
import {
  destroyedSlot,
  entryKeyOf,
  indexKeyOf,
  liveSlot,
  type Slot,
  slotsOf,
} from "./redis-key-entries.js";
import type { Topology } from "./redis-topology.js";
import { StoreUnavailableError } from "./store.js";

/** Milliseconds that an entry outlives its bucket, in the tenant's index too, so that clocks a little apart cost no face. */
const margin = 2000;

/**
 * Puts an entry in the place of the one that was read, or answers 0 when another server was faster; keeps the tenant's index,
 * which every new bucket lets live longer: what is over would stay in it for as long as the tenant comes back. What is over
 * by Redis's clock, that is, by which entries expire: a server's own may be ahead of it for good, since it never goes back.
 * The entry comes last: Redis takes back nothing of a script that fails, and an entry that the index has not would outlive its
 * tenant's erasure.
 */
const replaceEntry = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[1] == '' then
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[3])
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. (redis.call('TIME')[1] * 1000 - ARGV[5]))
  if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[2], ARGV[4]) end
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])
else
  redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
end
return 1`;

/** The keys of a store in Redis: an entry for each tenant and bucket, which Redis forgets when the bucket is over. */
export class RedisKeys {
  readonly #reader: Topology;
  readonly #writer: Topology;
  readonly #durable: BatchOptions;
  readonly #masters: MasterKeys;
  readonly #now: () => number;
  /** Unwrapped keys by id; `destroyed` ones are remembered as such. */
  readonly #keys = new Map<string, BucketKey | "destroyed">();
  /** The keys that write, by tenant and bucket. */
  readonly #writing = new Map<string, BucketKey>();

  constructor(parts: {
    reader: Topology;
    writer: Topology;
    durable: BatchOptions;
    masters: MasterKeys;
    now: () => number;
  }) {
    this.#reader = parts.reader;
    this.#writer = parts.writer;
    this.#durable = parts.durable;
    this.#masters = parts.masters;
    this.#now = parts.now;
  }

  #unwrap(slot: Slot, tag: Buffer, end: number): BucketKey {
    const known = this.#keys.get(slot.id);
    if (known !== undefined && known !== "destroyed") return known;
    const binding = { id: slot.id, tenant: tag.toString("latin1"), end };
    const key = openBucketKey(this.#masters, slot, binding, "Redis");
    this.#keys.set(key.id, key);
    return key;
  }

  async #read(topology: Topology, entryKey: string): Promise<Buffer> {
    const [entry] = await runBatch(topology, [
      { key: entryKey, name: "GET", arguments: [entryKey] },
    ]);
    return (entry as Buffer | null) ?? Buffer.alloc(0);
  }

  /** Returns whether nobody was faster. */
  async #replace(tag: Buffer, end: number, former: Buffer, next: Buffer): Promise<boolean> {
    const key = entryKeyOf(tag, end);
    const lifetime = Math.max(1, end - this.#now()) + margin;
    const [done] = await runBatch(
      this.#writer,
      [
        {
          key,
          name: "EVAL",
          arguments: [replaceEntry, 2, key, indexKeyOf(tag), former, next, end, lifetime, margin],
        },
      ],
      this.#durable,
    );
    return Number(done) === 1;
  }

  /** The master key that wraps now, the same for all servers until keys are rewrapped. */
  async #master(): Promise<MasterKey> {
    const key = masterName;
    const first = this.#masters.first();
    const [, id] = (await runBatch(
      this.#writer,
      [
        { key, name: "SET", arguments: [key, first.id, "NX"] },
        { key, name: "GET", arguments: [key] },
      ],
      this.#durable,
    )) as [unknown, Buffer];
    const master = this.#masters.find(id.toString("latin1"));
    if (master === undefined)
      throw new StoreUnavailableError(
        `master key ${id.toString("latin1")} of the face store is not configured`,
      );
    return master;
  }

  /** Fails at once when this server has another master key than those that wrote. */
  async check(): Promise<void> {
    await this.#master();
  }

  /** The key that new faces are sealed with; made when there is none. */
  async forWriting(tag: Buffer, end: number): Promise<BucketKey> {
    const name = entryKeyOf(tag, end);
    const known = this.#writing.get(name);
    if (known !== undefined) return known;
    for (;;) {
      const entry = await this.#read(this.#writer, name);
      const live = slotsOf(entry).find(({ destroyed }) => !destroyed);
      let key: BucketKey;
      if (live !== undefined) {
        key = this.#unwrap(live, tag, end);
      } else {
        key = { id: randomBytes(8).toString("latin1"), key: randomBytes(32), end };
        const next = Buffer.concat([entry, liveSlot(key, tag, await this.#master())]);
        if (!(await this.#replace(tag, end, entry, next))) continue;
        this.#keys.set(key.id, key);
      }
      this.#writing.set(name, key);
      return key;
    }
  }

  /** Whether an entry, read just now, still says that this key lives. If not, the key is not used again. */
  confirm(key: BucketKey, tag: Buffer, entry: Buffer | null): boolean {
    const lives = slotsOf(entry ?? Buffer.alloc(0)).some(
      ({ id, destroyed }) => id === key.id && !destroyed,
    );
    if (!lives) this.#writing.delete(entryKeyOf(tag, key.end));
    return lives;
  }

  known(id: string): BucketKey | "destroyed" | undefined {
    return this.#keys.get(id);
  }

  /** Reads the entries of a tenant's buckets; all lie in one slot, so it takes one round trip. */
  async load(tag: Buffer, ends: readonly number[]): Promise<void> {
    const names = ends.map((end) => entryKeyOf(tag, end));
    const [entries] = (await runBatch(this.#reader, [
      { key: names[0]!, name: "MGET", arguments: names },
    ])) as [(Buffer | null)[]];
    entries.forEach((entry, index) => {
      for (const slot of slotsOf(entry ?? Buffer.alloc(0)))
        if (slot.destroyed) this.#keys.set(slot.id, "destroyed");
        else this.#unwrap(slot, tag, ends[index]!);
    });
  }

  /** Whether the key lives now, whatever this server remembers. */
  async lives(tag: Buffer, id: string, end: number): Promise<BucketKey | undefined> {
    const entry = await this.#read(this.#writer, entryKeyOf(tag, end));
    const slot = slotsOf(entry).find((one) => one.id === id && !one.destroyed);
    return slot === undefined ? undefined : this.#unwrap(slot, tag, end);
  }

  /** Of buckets whose entries may still be there. */
  async #ends(tag: Buffer): Promise<number[]> {
    const key = indexKeyOf(tag);
    const [ends] = (await runBatch(this.#writer, [
      { key, name: "ZRANGE", arguments: [key, 0, -1] },
    ])) as [Buffer[]];
    return ends.map((end) => Number(end.toString("latin1")));
  }

  /** Changes every entry of a tenant; `undefined` leaves one as it is. Returns the sum of what `change` counted. */
  async #changeAll(
    tag: Buffer,
    change: (slots: readonly Slot[], end: number) => { next: Buffer; count: number } | undefined,
  ): Promise<number> {
    let sum = 0;
    for (const end of await this.#ends(tag)) {
      for (;;) {
        const entry = await this.#read(this.#writer, entryKeyOf(tag, end));
        const changed = entry.length === 0 ? undefined : change(slotsOf(entry), end);
        if (changed === undefined) break;
        if (await this.#replace(tag, end, entry, changed.next)) {
          sum += changed.count;
          break;
        }
      }
    }
    return sum;
  }

  /** Destroys every key of a tenant. Returns how many there were. */
  async destroyTenant(tag: Buffer): Promise<number> {
    return this.#changeAll(tag, (slots, end) => {
      const live = slots.filter(({ destroyed }) => !destroyed);
      if (live.length === 0) return undefined;
      for (const { id } of live) this.#forget(id);
      this.#writing.delete(entryKeyOf(tag, end));
      return {
        next: Buffer.concat(slots.map((slot) => destroyedSlot(slot))),
        count: live.length,
      };
    });
  }

  #forget(id: string): void {
    const key = this.#keys.get(id);
    if (key !== undefined && key !== "destroyed") key.key.fill(0);
    this.#keys.set(id, "destroyed");
  }

  /** From here on every server wraps new keys with the first master key. */
  async announceMaster(): Promise<void> {
    const { id } = this.#masters.first();
    await runBatch(
      this.#writer,
      [{ key: masterName, name: "SET", arguments: [masterName, id] }],
      this.#durable,
    );
  }

  /** Wraps a tenant's keys with the first master key. Returns how many were wrapped otherwise. */
  async rewrap(tag: Buffer): Promise<number> {
    const master = this.#masters.first();
    return this.#changeAll(tag, (slots, end) => {
      const others = slots.filter((slot) => !slot.destroyed && slot.masterId !== master.id);
      if (others.length === 0) return undefined;
      return {
        next: Buffer.concat(
          slots.map((slot) =>
            slot.destroyed
              ? destroyedSlot(slot)
              : liveSlot(this.#unwrap(slot, tag, end), tag, master),
          ),
        ),
        count: others.length,
      };
    });
  }

  /** Lets go of unwrapped keys whose time is over. */
  forgetUpTo(now: number): void {
    for (const [id, key] of this.#keys)
      if (key !== "destroyed" && key.end <= now) {
        key.key.fill(0);
        this.#keys.delete(id);
      }
    for (const [name, key] of this.#writing) if (key.end <= now) this.#writing.delete(name);
  }

  close(): void {
    this.forgetUpTo(Infinity);
  }
}
