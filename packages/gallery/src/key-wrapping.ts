/** Bucket keys under the master key, bound to what they are the keys of. */
import type { BucketKey } from "./face-record.js";
import type { MasterKey, MasterKeys } from "./master-keys.js";
import { seal, unseal } from "./sealing.js";
import { StoreUnavailableError } from "./store.js";

interface KeyBinding {
  readonly id: string;
  /** The tenant's tag as a Latin-1 string. */
  readonly tenant: string;
  readonly end: number;
}

function additionalData({ id, tenant, end }: KeyBinding): Buffer {
  const instant = Buffer.alloc(8);
  instant.writeDoubleLE(end);
  return Buffer.concat([Buffer.from(id + tenant, "latin1"), instant]);
}

/** @returns 60 bytes. */
export function wrapKey(master: MasterKey, key: Buffer, binding: KeyBinding): Buffer {
  return seal(master.key, key, additionalData(binding));
}

/** @throws Error when it is not what this master key wrapped for this binding. */
export function unwrapKey(master: MasterKey, wrapped: Buffer, binding: KeyBinding): Buffer {
  return unseal(master.key, wrapped, additionalData(binding));
}

/**
 * The key of a slot, by the master key that the slot names.
 * @param place where the key was read, for whoever has to mend it.
 * @throws StoreUnavailableError when its master key is not configured, or it is not what that wrapped for this binding.
 */
export function openBucketKey(
  masters: MasterKeys,
  { masterId, wrapped }: { readonly masterId: string; readonly wrapped: Buffer },
  binding: KeyBinding,
  place: string,
): BucketKey {
  const master = masters.find(masterId);
  if (master === undefined)
    throw new StoreUnavailableError(
      `the keys of faces are wrapped with master key ${masterId}, which is not configured`,
    );
  try {
    return { id: binding.id, end: binding.end, key: unwrapKey(master, wrapped, binding) };
  } catch (cause) {
    throw new StoreUnavailableError(`a key in ${place} is damaged`, { cause });
  }
}
