/** The files of bucket keys as they lie on the disk: a header with a counter of changes, then slots, each of 128 bytes. */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BucketKey } from "./face-record.js";
import { wrapKey } from "./key-wrapping.js";
import type { MasterKey } from "./master-keys.js";
import { StoreUnavailableError } from "./store.js";

const magic = Buffer.from("MIENKEYS", "latin1");
const format = 1;
/** Of a slot, and of the header. */
export const slotBytes = 128;
/** Of a slot: state (1), padding (7), key's id (8), tenant (16), master key's id (8), wrapped key (60). */
const at = { state: 0, id: 8, tenant: 16, master: 32, wrapped: 40, end: 100 } as const;
const states = { live: 1, destroyed: 2 } as const;
/** Of the header: magic (8), format (1), padding (7), counter of changes (8). */
export const counterAt = 16;

/** The place of a key in a file. */
export interface Slot {
  /** Of its place; the header is 0. */
  readonly index: number;
  readonly destroyed: boolean;
  readonly id: string;
  readonly tenant: string;
  readonly masterId: string;
  readonly wrapped: Buffer;
}

/** A tenant's tag as a Latin-1 string, as slots have it. */
export const tenantText = (tag: Buffer): string => tag.toString("latin1");

/** @param end the instant at which the keys of the file are destroyed. */
export const nameOf = (end: number): string => `${end}.keys`;

/** The instants at which the keys of a folder are destroyed. */
export function endsIn(directory: string): number[] {
  return readdirSync(directory).flatMap((name) => {
    const match = /^(\d+)\.keys$/.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
}

/** @throws StoreUnavailableError for what is no file of keys. */
export function slotsOf(content: Buffer, path: string): Slot[] {
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

/** What a file begins with, before anything has changed. */
export function headerOfSlots(): Buffer {
  const header = Buffer.alloc(slotBytes);
  magic.copy(header);
  header.writeUInt8(format, magic.length);
  return header;
}

export function liveSlot(key: BucketKey, tenant: string, master: MasterKey): Buffer {
  const slot = Buffer.alloc(slotBytes);
  slot.writeUInt8(states.live, at.state);
  slot.write(key.id, at.id, "latin1");
  slot.write(tenant, at.tenant, "latin1");
  slot.write(master.id, at.master, "hex");
  wrapKey(master, key.key, { id: key.id, tenant, end: key.end }).copy(slot, at.wrapped);
  return slot;
}

/** The id stays, so that a record that is still there is known to be erased, not damaged. */
export function destroyedSlot({ id, tenant }: Slot): Buffer {
  const slot = randomBytes(slotBytes);
  slot.writeUInt8(states.destroyed, at.state);
  slot.write(id, at.id, "latin1");
  slot.write(tenant, at.tenant, "latin1");
  return slot;
}
