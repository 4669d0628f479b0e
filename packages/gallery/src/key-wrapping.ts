/** Bucket keys under the master key, bound to what they are the keys of. */
import type { MasterKey } from "./master-keys.js";
import { seal, unseal } from "./sealing.js";

export interface KeyBinding {
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
