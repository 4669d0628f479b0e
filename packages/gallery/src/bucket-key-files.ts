/**
 * The keys of tenants and buckets in files beside the database, one file for each bucket: LMDB copies pages on write and
 * leaves the old ones lying about, a file can be overwritten in place. Keys are never part of a backup.
 *
 * Whoever writes holds the database's writer lock; whoever reads to write compares the counter of changes, so a key that
 * another process destroyed is not used again.
 */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import {
  counterAt,
  destroyedSlot,
  endsIn,
  headerOfSlots,
  liveSlot,
  masterIdsIn,
  nameOf,
  type Slot,
  slotBytes,
  slotsOf,
  tenantText,
} from "./bucket-key-slots.js";
import type { BucketKey } from "./face-record.js";
import type { MasterKey, MasterKeys } from "./master-keys.js";
import { makeFolder } from "./make-folder.js";
import { createSecretFile, destroyFiles, destroyNames } from "./secret-files.js";
import { openBucketKey } from "./key-wrapping.js";
import { StoreUnavailableError } from "./store.js";

interface Bucket {
  /** Of the slots; `undefined` when they were read without the lock, perhaps halfway through another process's change. */
  readonly counter: bigint | undefined;
  readonly slots: readonly Slot[];
}

/**
 * The keys of one LMDB store: a file for each bucket of expiry, with a wrapped key for each tenant. Several processes share
 * the directory.
 */
export class BucketKeyFiles {
  readonly #directory: string;
  readonly #masters: MasterKeys;
  readonly #buckets = new Map<number, Bucket>();
  /** Unwrapped keys by id. */
  readonly #keys = new Map<string, BucketKey>();

  /** @param directory made when absent. */
  constructor(directory: string, masters: MasterKeys) {
    this.#directory = directory;
    this.#masters = masters;
    makeFolder(directory, 0o700);
  }

  #path(end: number): string {
    return join(this.#directory, nameOf(end));
  }

  /** The instants at which the present keys are destroyed. */
  ends(): number[] {
    return endsIn(this.#directory);
  }

  /** The ids of the master keys that wrap what is not over. */
  masterIds(now: number): Set<string> {
    return masterIdsIn(this.#directory, now);
  }

  #load(end: number, underLock: boolean): Bucket | undefined {
    let content: Buffer;
    try {
      content = readFileSync(this.#path(end));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") {
        this.#buckets.delete(end);
        return undefined;
      }
      throw error;
    }
    const slots = slotsOf(content, this.#path(end));
    const counter = underLock ? content.readBigUInt64LE(counterAt) : undefined;
    const bucket = { counter, slots };
    this.#buckets.set(end, bucket);
    return bucket;
  }

  #counter(end: number): bigint | undefined {
    let file: number;
    try {
      file = openSync(this.#path(end), "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
    try {
      const bytes = Buffer.alloc(8);
      readSync(file, bytes, 0, 8, counterAt);
      return bytes.readBigUInt64LE();
    } finally {
      closeSync(file);
    }
  }

  /** As the file is now. Only under the lock. */
  #current(end: number): Bucket | undefined {
    const known = this.#buckets.get(end);
    if (known?.counter !== undefined && known.counter === this.#counter(end)) return known;
    return this.#load(end, true);
  }

  /** Writes slots of a bucket, counts the change and waits for the disk. Only under the lock. */
  #change(end: number, changes: readonly { index: number; slot: Buffer }[]): void {
    const path = this.#path(end);
    const file = openSync(path, "r+");
    try {
      const bytes = Buffer.alloc(8);
      readSync(file, bytes, 0, 8, counterAt);
      bytes.writeBigUInt64LE(bytes.readBigUInt64LE() + 1n);
      writeSync(file, bytes, 0, 8, counterAt);
      for (const { index, slot } of changes)
        writeSync(file, slot, 0, slot.length, index * slotBytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    this.#buckets.delete(end);
  }

  #unwrapped(slot: Slot, end: number): BucketKey {
    const known = this.#keys.get(slot.id);
    if (known !== undefined) return known;
    const binding = { id: slot.id, tenant: slot.tenant, end };
    const key = openBucketKey(this.#masters, slot, binding, this.#path(end));
    this.#keys.set(slot.id, key);
    return key;
  }

  /** The key that new faces are sealed with; made when there is none. Only under the lock. */
  forWriting(tag: Buffer, end: number, master: MasterKey): BucketKey {
    const tenant = tenantText(tag);
    const bucket = this.#current(end);
    const slot = bucket?.slots.find((one) => one.tenant === tenant && !one.destroyed);
    if (slot !== undefined) return this.#unwrapped(slot, end);
    if (bucket === undefined) {
      createSecretFile(this.#path(end), headerOfSlots());
    }
    const key = { id: randomBytes(8).toString("latin1"), key: randomBytes(32), end };
    const { size } = statSync(this.#path(end));
    this.#change(end, [
      { index: Math.ceil(size / slotBytes), slot: liveSlot(key, tenant, master) },
    ]);
    this.#keys.set(key.id, key);
    return key;
  }

  /** The key of a record; `destroyed` after its tenant was erased; `undefined` when there never was such a key here. */
  find(id: string, end: number): BucketKey | "destroyed" | undefined {
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    const among = (bucket: Bucket | undefined): Slot | undefined =>
      bucket?.slots.find((slot) => slot.id === id);
    const opened = (slot: Slot): BucketKey | "destroyed" =>
      slot.destroyed ? "destroyed" : this.#unwrapped(slot, end);
    const slot = among(this.#buckets.get(end)) ?? among(this.#load(end, false));
    if (slot === undefined) return undefined;
    try {
      return opened(slot);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      // Another process may have wrapped it with a new master key since it was read, or while it was.
      const anew = among(this.#load(end, false));
      return anew === undefined ? undefined : opened(anew);
    }
  }

  /** Whether the key still lives in its file. Only under the lock. */
  lives(id: string, end: number): boolean {
    return this.#current(end)?.slots.some((slot) => slot.id === id && !slot.destroyed) === true;
  }

  #forget(keep: (key: BucketKey) => boolean): void {
    for (const key of this.#keys.values()) {
      if (keep(key)) continue;
      key.key.fill(0);
      this.#keys.delete(key.id);
    }
  }

  /** Destroys the keys of buckets that are over. Only under the lock. Returns how many files went. */
  destroyUpTo(now: number): number {
    this.forgetUpTo(now);
    const over = this.ends().filter((end) => end <= now);
    try {
      destroyFiles(this.#directory, over.map(nameOf));
    } finally {
      this.#destroyLeftovers();
    }
    return over.length;
  }

  /** Files of processes that were killed while they made or replaced one. */
  #destroyLeftovers(): void {
    const left = readdirSync(this.#directory).filter((name) => /\.(tmp|old)$/.test(name));
    // Linked to a file of keys, it is that file under a second name: nothing but the name may go.
    destroyNames(this.#directory, left);
  }

  /** Lets go of keys whose time is over, wrapped and unwrapped, whoever destroyed their files. */
  forgetUpTo(now: number): void {
    for (const end of this.#buckets.keys()) if (end <= now) this.#buckets.delete(end);
    this.#forget((key) => key.end > now);
  }

  /** Destroys every key of a tenant. Only under the lock. Returns how many there were. */
  destroyTenant(tag: Buffer): number {
    const tenant = tenantText(tag);
    let destroyed = 0;
    const ids = new Set<string>();
    for (const end of this.ends()) {
      const slots = this.#current(end)?.slots.filter(
        (slot) => slot.tenant === tenant && !slot.destroyed,
      );
      if (slots === undefined || slots.length === 0) continue;
      this.#change(
        end,
        slots.map((slot) => ({ index: slot.index, slot: destroyedSlot(slot) })),
      );
      destroyed += slots.length;
      for (const slot of slots) ids.add(slot.id);
    }
    this.#forget((key) => !ids.has(key.id));
    return destroyed;
  }

  /** Wraps the keys of one bucket with another master key. Only under the lock. Returns how many were wrapped otherwise. */
  rewrap(end: number, master: MasterKey): number {
    const slots = this.#current(end)?.slots.filter(
      (slot) => !slot.destroyed && slot.masterId !== master.id,
    );
    if (slots === undefined || slots.length === 0) return 0;
    this.#change(
      end,
      slots.map((slot) => ({
        index: slot.index,
        slot: liveSlot(this.#unwrapped(slot, end), slot.tenant, master),
      })),
    );
    return slots.length;
  }

  close(): void {
    this.#forget(() => false);
  }
}
