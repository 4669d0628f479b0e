/**
 * The keys of tenants and buckets in files beside the database, one file for each bucket: LMDB copies pages on write and
 * leaves the old ones lying about, a file can be overwritten in place. Keys are never part of a backup.
 *
 * A file is a header of 128 bytes with a counter of changes, then slots of 128 bytes. Whoever writes holds the database's
 * writer lock; whoever reads to write compares the counter, so a key that another process destroyed is not used again.
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
import type { BucketKey } from "./face-record.js";
import type { MasterKey, MasterKeys } from "./master-keys.js";
import { makeFolder } from "./make-folder.js";
import { createSecretFile, destroyFiles, destroyNames } from "./secret-files.js";
import { openBucketKey, wrapKey } from "./key-wrapping.js";
import { StoreUnavailableError } from "./store.js";

const magic = Buffer.from("MIENKEYS", "latin1");
const format = 1;
const slotBytes = 128;
/** Of a slot: state (1), padding (7), key's id (8), tenant (16), master key's id (8), wrapped key (60). */
const at = { state: 0, id: 8, tenant: 16, master: 32, wrapped: 40, end: 100 } as const;
const states = { live: 1, destroyed: 2 } as const;
/** Of the header: magic (8), format (1), padding (7), counter of changes (8). */
const counterAt = 16;

interface Slot {
  readonly index: number;
  readonly destroyed: boolean;
  readonly id: string;
  readonly tenant: string;
  readonly masterId: string;
  readonly wrapped: Buffer;
}

interface Bucket {
  /** Of the slots; `undefined` when they were read without the lock, perhaps halfway through another process's change. */
  readonly counter: bigint | undefined;
  readonly slots: readonly Slot[];
}

const tenantText = (tag: Buffer): string => tag.toString("latin1");

const nameOf = (end: number): string => `${end}.keys`;

/** The instants at which the keys of a folder are destroyed. */
function endsIn(directory: string): number[] {
  return readdirSync(directory).flatMap((name) => {
    const match = /^(\d+)\.keys$/.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
}

/** @throws StoreUnavailableError for what is no file of keys. */
function slotsOf(content: Buffer, path: string): Slot[] {
  if (!content.subarray(0, magic.length).equals(magic) || content[magic.length] !== format)
    throw new StoreUnavailableError(
      `${path} is damaged or of a newer version: it does not begin as a file of keys does`,
    );
  const slots: Slot[] = [];
  for (let index = 1; (index + 1) * slotBytes <= content.length; index++) {
    const slot = content.subarray(index * slotBytes, (index + 1) * slotBytes);
    const state = slot[at.state];
    if (state !== states.live && state !== states.destroyed) continue;
    slots.push({
      index,
      destroyed: state === states.destroyed,
      id: slot.toString("latin1", at.id, at.tenant),
      tenant: tenantText(slot.subarray(at.tenant, at.master)),
      masterId: slot.toString("hex", at.master, at.wrapped),
      wrapped: slot.subarray(at.wrapped, at.end),
    });
  }
  return slots;
}

/**
 * The ids of the master keys that the keys of a folder are wrapped with; none where the folder is absent. It makes nothing,
 * and passes over files that are damaged: what they are the keys of is refused when it is asked for, and nothing else.
 * @param after only of keys that are destroyed later than at this instant.
 */
export function masterIdsIn(directory: string, after = -Infinity): Set<string> {
  const ids = new Set<string>();
  try {
    for (const end of endsIn(directory)) {
      if (end <= after) continue;
      const path = join(directory, nameOf(end));
      for (const { destroyed, masterId } of slotsIfReadable(path))
        if (!destroyed) ids.add(masterId);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return ids;
}

/** None of a file that is damaged, or that another process has destroyed meanwhile. */
function slotsIfReadable(path: string): Slot[] {
  try {
    return slotsOf(readFileSync(path), path);
  } catch (error) {
    const isGone = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isGone || error instanceof StoreUnavailableError) return [];
    throw error;
  }
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

  #slot(key: BucketKey, tenant: string, master: MasterKey): Buffer {
    const slot = Buffer.alloc(slotBytes);
    slot.writeUInt8(states.live, at.state);
    slot.write(key.id, at.id, "latin1");
    slot.write(tenant, at.tenant, "latin1");
    slot.write(master.id, at.master, "hex");
    wrapKey(master, key.key, { id: key.id, tenant, end: key.end }).copy(slot, at.wrapped);
    return slot;
  }

  /** The key that new faces are sealed with; made when there is none. Only under the lock. */
  forWriting(tag: Buffer, end: number, master: MasterKey): BucketKey {
    const tenant = tenantText(tag);
    const bucket = this.#current(end);
    const slot = bucket?.slots.find((one) => one.tenant === tenant && !one.destroyed);
    if (slot !== undefined) return this.#unwrapped(slot, end);
    if (bucket === undefined) {
      const header = Buffer.alloc(slotBytes);
      magic.copy(header);
      header.writeUInt8(format, magic.length);
      createSecretFile(this.#path(end), header);
    }
    const key = { id: randomBytes(8).toString("latin1"), key: randomBytes(32), end };
    const { size } = statSync(this.#path(end));
    this.#change(end, [
      { index: Math.ceil(size / slotBytes), slot: this.#slot(key, tenant, master) },
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
    const slot = among(this.#buckets.get(end)) ?? among(this.#load(end, false));
    if (slot === undefined) return undefined;
    return slot.destroyed ? "destroyed" : this.#unwrapped(slot, end);
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
    destroyFiles(this.#directory, over.map(nameOf));
    this.#destroyLeftovers();
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
        slots.map((slot) => {
          // The id stays, so that a record that is still there is known to be erased, not damaged.
          const bytes = randomBytes(slotBytes);
          bytes.writeUInt8(states.destroyed, at.state);
          bytes.write(slot.id, at.id, "latin1");
          bytes.write(slot.tenant, at.tenant, "latin1");
          return { index: slot.index, slot: bytes };
        }),
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
        slot: this.#slot(this.#unwrapped(slot, end), slot.tenant, master),
      })),
    );
    return slots.length;
  }

  close(): void {
    this.#forget(() => false);
  }
}
