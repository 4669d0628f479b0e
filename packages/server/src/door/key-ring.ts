/** Keys and their tenants. Keys are kept as hashes only and compared in constant time. */
import { createHash, timingSafeEqual } from "node:crypto";
import { SettingError } from "../setting-error.js";

/** A key by its hash, and whom it belongs to. */
export interface KnownKey {
  readonly tenant: string;
  /** SHA-256 of the key. A key is random and long, so nothing slower is needed. */
  readonly hash: Buffer;
}

/** Who is calling. */
export interface Identity {
  readonly tenant: string;
  /** Names the credential without giving it away: what rate limits count by. */
  readonly credential: string;
}

/** The tenant of keys that are configured without one. */
export const defaultTenant = "default";
const tenantName = /^[\w.@-]{1,128}$/;

/** Tenants are part of the store's keys, so their length is bounded and their letters are plain. */
export function isTenantName(name: unknown): name is string {
  return typeof name === "string" && tenantName.test(name);
}

/** Whether a header can carry it: clients refuse other letters or spell them each in its own way, and then no key fits. */
export function isSendable(key: string): boolean {
  return /^[\x20-\x7e]{1,1024}$/.test(key);
}

/** SHA-256 of the key's UTF-8 bytes. */
export function hashedKey(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

/** @param entries each `key` or `tenant:key`. @throws SettingError */
export function configuredKeys(entries: readonly string[]): KnownKey[] {
  return entries.map((entry) => {
    const colon = entry.indexOf(":");
    const tenant = colon === -1 ? defaultTenant : entry.slice(0, colon);
    const key = entry.slice(colon + 1);
    if (!isTenantName(tenant) || !isSendable(key))
      throw new SettingError(
        "MIEN_API_KEYS must be a comma-separated list of keys, each written as key or tenant:key; a tenant may contain letters, digits and . _ @ -, and a key may contain up to 1024 printable ASCII characters",
      );
    return { tenant, hash: hashedKey(key) };
  });
}

/** Refuses one key for two tenants: each would take the other's faces for its own. @throws SettingError */
function checkTenants(keys: readonly KnownKey[]): void {
  const tenants = new Map<string, string>();
  for (const { tenant, hash } of keys) {
    const other = tenants.get(hash.toString("hex")) ?? tenant;
    if (other !== tenant)
      throw new SettingError(`the tenants ${other} and ${tenant} have the same key`);
    tenants.set(hash.toString("hex"), tenant);
  }
}

/** The keys that open the door now; several may belong to one tenant. */
export class KeyRing {
  #keys: readonly KnownKey[] = [];
  #tenants = 0;

  /** @throws SettingError */
  constructor(keys: readonly KnownKey[]) {
    this.replace(keys);
  }

  /** Puts other keys in the place of all. @throws SettingError */
  replace(keys: readonly KnownKey[]): void {
    checkTenants(keys);
    this.#keys = keys;
    // Every call asks for it.
    this.#tenants = new Set(keys.map(({ tenant }) => tenant)).size;
  }

  /** How many tenants have keys. */
  get tenants(): number {
    return this.#tenants;
  }

  find(key: string): Identity | undefined {
    const hash = hashedKey(key);
    let found: KnownKey | undefined;
    // Every key is looked at, so that the time tells nothing of which one was near.
    for (const known of this.#keys) if (timingSafeEqual(known.hash, hash)) found = known;
    return found === undefined
      ? undefined
      : { tenant: found.tenant, credential: found.hash.toString("hex") };
  }
}
