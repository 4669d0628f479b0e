/**
 * The entries of keys as they lie in Redis, one for each tenant and bucket: a list of slots, at most one of which lives.
 */
import type { BucketKey } from "./face-record.js";
import { wrapKey } from "./key-wrapping.js";
import type { MasterKey } from "./master-keys.js";

/** Of a slot: state (1), key's id (8), master key's id (8), wrapped key (60). */
const at = { state: 0, id: 1, master: 9, wrapped: 17, end: 77 } as const;
const states = { live: 1, destroyed: 2 } as const;

/** A key of an entry, wrapped, or what is left of it. */
export interface Slot {
  readonly destroyed: boolean;
  readonly id: string;
  readonly masterId: string;
  readonly wrapped: Buffer;
}

export function entryKeyOf(tag: Buffer, end: number): string {
  return `mien:k:{${tag.toString("base64url")}}:${end}`;
}

/** Of the index of a tenant's buckets. */
export function indexKeyOf(tag: Buffer): string {
  return `mien:i:{${tag.toString("base64url")}}`;
}

/** The pattern of every index's key. */
export const anyIndexKey = "mien:i:*";

export function tagOfIndexKey(key: string): Buffer {
  return Buffer.from(/\{(.*)\}/.exec(key)?.[1] ?? "", "base64url");
}

export function slotsOf(entry: Buffer): Slot[] {
  const slots: Slot[] = [];
  for (let start = 0; start + at.end <= entry.length; start += at.end) {
    const slot = entry.subarray(start, start + at.end);
    slots.push({
      destroyed: slot[at.state] !== states.live,
      id: slot.toString("latin1", at.id, at.master),
      masterId: slot.toString("hex", at.master, at.wrapped),
      wrapped: slot.subarray(at.wrapped),
    });
  }
  return slots;
}

export function liveSlot(key: BucketKey, tag: Buffer, master: MasterKey): Buffer {
  const slot = Buffer.alloc(at.end);
  slot.writeUInt8(states.live, at.state);
  slot.write(key.id, at.id, "latin1");
  slot.write(master.id, at.master, "hex");
  const binding = { id: key.id, tenant: tag.toString("latin1"), end: key.end };
  wrapKey(master, key.key, binding).copy(slot, at.wrapped);
  return slot;
}

/** The id stays, so that a record that is still there is known to be erased, not damaged. */
export function destroyedSlot({ id }: Slot): Buffer {
  const slot = Buffer.alloc(at.end);
  slot.writeUInt8(states.destroyed, at.state);
  slot.write(id, at.id, "latin1");
  return slot;
}
