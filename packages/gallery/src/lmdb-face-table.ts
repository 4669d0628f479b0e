/** The records of the embedded store and the index of when they expire, which are changed together. */
import type { Database } from "lmdb";
import { headerIfReadable, type RecordHeader } from "./face-record.js";
import type { LmdbAccess } from "./lmdb-access.js";
import { expiryKey, keyAfter, partsOf, readExpiryKey } from "./lmdb-keys.js";

/** Faces swept, erased, restored or read in one transaction, so that none holds the writer for long. */
const batch = 1000;

/** A record and its face's key. */
export interface KeyedRecord {
  readonly faceKey: Buffer;
  readonly record: Buffer;
}

/** The header; `undefined` when it cannot be read, or gives an instant that the index cannot hold. */
export function headerOf(record: Buffer): RecordHeader | undefined {
  const header = headerIfReadable(record);
  const expiresAt = header?.expiresAt ?? -1;
  return Number.isSafeInteger(expiresAt) && expiresAt >= 0 ? header : undefined;
}

function entriesOf(database: Database<Buffer, Buffer>): number {
  return (database.getStats() as { entryCount: number }).entryCount;
}

/** Sealed records by the face's key, each with an entry in the index of expiry. */
export class LmdbFaceTable {
  readonly #access: LmdbAccess;
  readonly #faces: Database<Buffer, Buffer>;
  readonly #expiries: Database<Buffer, Buffer>;

  constructor(access: LmdbAccess) {
    this.#access = access;
    this.#faces = access.databases.faces;
    this.#expiries = access.databases.expiries;
  }

  /** Good until the next one is read. */
  record(faceKey: Buffer): Buffer | undefined {
    return this.#faces.getBinaryFast(faceKey);
  }

  has(faceKey: Buffer): boolean {
    return this.#faces.doesExist(faceKey);
  }

  /** Those included that have expired and are not yet swept. */
  count(): number {
    return entriesOf(this.#faces);
  }

  #headerAt(faceKey: Buffer): RecordHeader | undefined {
    const record = this.record(faceKey);
    return record === undefined ? undefined : headerOf(record);
  }

  /** Puts a record and its expiry in the place of those that are there. In a transaction. */
  place({ faceKey, record }: KeyedRecord, expiresAt: number): void {
    const former = this.#headerAt(faceKey);
    if (former !== undefined) void this.#expiries.remove(expiryKey(former.expiresAt, faceKey));
    void this.#faces.put(faceKey, record);
    void this.#expiries.put(expiryKey(expiresAt, faceKey), Buffer.alloc(0));
  }

  /** In a transaction. @param header absent: where the index has it is unknown; {@link strays} finds it. */
  remove(faceKey: Buffer, header: RecordHeader | undefined): void {
    void this.#faces.remove(faceKey);
    if (header !== undefined) void this.#expiries.remove(expiryKey(header.expiresAt, faceKey));
  }

  /** Pieces of the faces whose keys begin so, each read in a transaction of its own. */
  *pieces(prefix: Buffer = Buffer.alloc(0)): Generator<KeyedRecord[]> {
    for (const piece of this.#walk(this.#faces, prefix))
      yield piece.map(({ key, value }) => ({ faceKey: key, record: value }));
  }

  *#walk(
    database: Database<Buffer, Buffer>,
    prefix: Buffer,
  ): Generator<{ readonly key: Buffer; readonly value: Buffer }[]> {
    const end = keyAfter(prefix);
    const range = { limit: batch, ...(end === undefined ? {} : { end }) };
    let start = prefix;
    for (;;) {
      const piece = this.#access.read(() => [...database.getRange({ start, ...range })]);
      if (piece.length === 0) return;
      yield piece;
      start = Buffer.concat([piece.at(-1)!.key, Buffer.alloc(1)]);
    }
  }

  /** Whether the index has as many entries as there are faces: if not, something is or was damaged. */
  isInStep(): boolean {
    this.#access.refresh();
    return this.count() === entriesOf(this.#expiries);
  }

  /** Pieces of the whole index: keys of entries that a tenant's faces have left. */
  *strays(tag: Buffer): Generator<Buffer[]> {
    for (const piece of this.#walk(this.#expiries, Buffer.alloc(0)))
      yield this.#access.read(() =>
        piece
          .map(({ key }) => key)
          .filter(
            (key) =>
              partsOf(readExpiryKey(key).faceKey).tenantTag.equals(tag) && this.#isStray(key),
          ),
      );
  }

  #isStray(key: Buffer): boolean {
    const { expiresAt, faceKey } = readExpiryKey(key);
    return this.#headerAt(faceKey)?.expiresAt !== expiresAt;
  }

  /** In a transaction. Those that faces were put to meanwhile stay. */
  removeStrays(keys: readonly Buffer[]): void {
    for (const key of keys) if (this.#isStray(key)) void this.#expiries.remove(key);
  }

  isIndexed(faceKey: Buffer, { expiresAt }: RecordHeader): boolean {
    return this.#expiries.doesExist(expiryKey(expiresAt, faceKey));
  }

  /** The faces that the index has later than an instant. */
  *indexedAfter(instant: number): Generator<Buffer> {
    for (const key of this.#expiries.getKeys({ start: expiryKey(instant + 1) }))
      yield readExpiryKey(key).faceKey;
  }

  /** Some keys of the index of what is over, the oldest first. */
  over(now: number): Buffer[] {
    return [...this.#expiries.getKeys({ end: expiryKey(now + 1), limit: batch })];
  }

  /** Removes what keys of the index name. In a transaction. Returns how many entries were there. */
  removeOver(keys: readonly Buffer[]): number {
    let removed = 0;
    for (const key of keys) {
      const { expiresAt, faceKey } = readExpiryKey(key);
      const isPresent = this.#expiries.doesExist(key);
      void this.#expiries.remove(key);
      // One that was put again since the keys were read has an instant of its own.
      const present = this.#headerAt(faceKey)?.expiresAt;
      if (present !== undefined && present !== expiresAt) continue;
      void this.#faces.remove(faceKey);
      if (isPresent) removed++;
    }
    return removed;
  }
}
