/** Which master key the embedded store wraps its keys with: its database says so to every process. */
import type { Database } from "lmdb";
import { type MasterKey, type MasterKeys, requireMasterKeys } from "./master-keys.js";
import { StoreUnavailableError } from "./store.js";

/** Of the record of its id. */
export const masterKeyRecord = "masterKey";

/** The database's record of its master key, and the master keys that this process has. */
export class LmdbMasterKey {
  readonly #meta: Database<Buffer, string>;
  readonly #masters: MasterKeys;

  constructor(meta: Database<Buffer, string>, masters: MasterKeys) {
    this.#meta = meta;
    this.#masters = masters;
  }

  /** `undefined` until a key was wrapped: of what nothing but a restoration has filled too. */
  #id(): string | undefined {
    return this.#meta.get(masterKeyRecord)?.toString("latin1");
  }

  #keep({ id }: MasterKey): void {
    void this.#meta.put(masterKeyRecord, Buffer.from(id, "latin1"));
  }

  /** @param otherwise the ids of what is needed where the database names none. @throws StoreUnavailableError */
  require(otherwise: () => Iterable<string>): void {
    const id = this.#id();
    requireMasterKeys(this.#masters, id === undefined ? otherwise() : [id]);
  }

  /** The one that wraps now, the same for all processes until keys are rewrapped. In a transaction. */
  current(): MasterKey {
    const id = this.#id();
    const master = id === undefined ? this.#masters.first() : this.#masters.find(id);
    if (master === undefined)
      throw new StoreUnavailableError(`master key ${id} of the face store is not configured`);
    if (id === undefined) this.#keep(master);
    return master;
  }

  /** From here on every process wraps new keys with the first. In a transaction. */
  changeToFirst(): void {
    this.#keep(this.#masters.first());
  }

  first(): MasterKey {
    return this.#masters.first();
  }
}
