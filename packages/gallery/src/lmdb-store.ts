/** The embedded store: LMDB in one directory, shared by several processes of one machine. */
import { realpathSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate, setTimeout as after } from "node:timers/promises";
import type { Database, RootDatabase } from "lmdb";
import { BucketKeyFiles } from "./bucket-key-files.js";
import { CommitGate } from "./commit-gate.js";
import {
  bucketWidth,
  type BucketKey,
  headerIfReadable,
  keyEndOf,
  openFace,
  readHeader,
  type RecordHeader,
  sealFace,
} from "./face-record.js";
import { closeFaceDatabases, openFaceDatabases, shareFaceDatabases } from "./lmdb-databases.js";
import { otherUsers } from "./lmdb-users.js";
import { type MasterKey, type MasterKeys, requireMasterKeys } from "./master-keys.js";
import { makeFolder } from "./make-folder.js";
import { messageOf } from "./message-of.js";
import { faceIdBytes, tenantTag } from "./sealing.js";
import {
  type Erasure,
  type Examination,
  type MaintainedStore,
  type NewFace,
  type Restoration,
  type SealedFace,
  StoreUnavailableError,
  type StoredFace,
  type StoreStatistics,
} from "./store.js";
import { type ClockSources, type SeenTime, StoreClock } from "./store-clock.js";
import type { Template } from "./template-codec.js";
import { closeFormat1, format1IsClosed, readFormat1 } from "./upgrade-format-1.js";

/** Where the embedded store is and who holds its keys. */
export interface LmdbStoreOptions {
  /** Directory of the database; made when absent. */
  readonly directory: string;
  /** Directory of the keys; made when absent. Never to be copied with the database. */
  readonly keyDirectory: string;
  readonly masterKeys: MasterKeys;
  /** Where it is told that what has expired stays, and that it goes again. */
  readonly report?: (line: string) => void;
  /** For tests. */
  readonly clock?: ClockSources;
  /** Milliseconds between sweeps of what expired; default 5,000; 0 never sweeps. */
  readonly sweepInterval?: number;
}

/** Faces swept, erased, restored or read in one transaction, so that none holds the writer for long. */
const batch = 1000;
/** Faces read before others get their turn: about a millisecond. */
const readBatch = 128;
/** Milliseconds that the persisted time may lag behind, or be off what a later process makes of it, while nothing expires. */
const clockLag = 1000;
/** The store's time (8), what the machine's clock said then (8). */
const clockBytes = 16;
const tagBytes = 16;
const faceKeyBytes = 32;

/** Of the database as a whole; a process of an older version does not write to it. Records have a format of their own. */
const storeFormat = 3;
/** Like this one, but its processes open the database while others commit. */
const formatWithoutGate = 2;

/** Keys of the database's own records. */
const metaKeys = { format: "format", clock: "clock", masterKey: "masterKey" } as const;

function expiryKey(expiresAt: number, faceKey: Buffer): Buffer {
  const key = Buffer.alloc(8 + faceKeyBytes);
  key.writeBigUInt64BE(BigInt(expiresAt));
  faceKey.copy(key, 8);
  return key;
}

/** The instant of a key of the index. */
function expiryOf(key: Buffer): number {
  return Number(key.readBigUInt64BE());
}

/** The first key that is greater than every one that begins so; `undefined` when there is none. */
function keyAfter(prefix: Buffer): Buffer | undefined {
  const last = prefix.findLastIndex((byte) => byte !== 0xff);
  if (last === -1) return undefined;
  const next = Buffer.from(prefix.subarray(0, last + 1));
  next[last]! += 1;
  return next;
}

class LmdbStore implements MaintainedStore {
  readonly #gate: CommitGate;
  readonly #root: RootDatabase;
  readonly #faces: Database<Buffer, Buffer>;
  readonly #expiries: Database<Buffer, Buffer>;
  readonly #meta: Database<Buffer, string>;
  readonly #path: string;
  readonly #masters: MasterKeys;
  readonly #keys: BucketKeyFiles;
  readonly #clock: StoreClock;
  readonly #sweeper: NodeJS.Timeout | undefined;
  readonly #report: (line: string) => void;
  #sweepFails = false;
  #expired = 0;
  #sweeping: Promise<number> | undefined;
  /** Reads that let others have their turn in between. */
  readonly #reads = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(options: LmdbStoreOptions) {
    makeFolder(options.directory, 0o700);
    // One path for each database, by whichever name it is called.
    const directory = realpathSync(options.directory);
    this.#path = join(directory, "templates.mdb");
    this.#report = options.report ?? (() => undefined);
    this.#masters = options.masterKeys;
    this.#keys = new BucketKeyFiles(options.keyDirectory, options.masterKeys);
    this.#clock = new StoreClock(options.clock);
    this.#gate = CommitGate.in(directory);
    const shared = shareFaceDatabases(this.#path);
    let databases = shared;
    try {
      databases ??= this.#gate.opening(() => openFaceDatabases(this.#path));
      ({
        root: this.#root,
        faces: this.#faces,
        expiries: this.#expiries,
        meta: this.#meta,
      } = databases);
      this.#clock.startFrom(this.#persistedTime());
      if (shared === undefined) {
        if (databases.state === "shortened" && this.#walk().damaged > 0)
          throw new StoreUnavailableError(`${this.#path} is damaged: its end is missing`);
        this.#gate.opening(() => {
          this.#prepare(directory);
          this.#checkMasterKey();
        });
      } else {
        this.#checkFormat();
        this.#checkMasterKey();
      }
    } catch (error) {
      void this.#shut(databases !== undefined);
      throw error;
    }
    const interval = options.sweepInterval ?? 5000;
    if (interval > 0) {
      this.#sweeper = setInterval(() => void this.#sweepOrTell(), interval);
      this.#sweeper.unref();
    }
  }

  /** Brings the store to this version's format. A start writes only what is missing: a store that cannot be written can still be read and backed up. */
  #prepare(directory: string): void {
    const format = this.#meta.get(metaKeys.format)?.[0];
    if (format === undefined || format === formatWithoutGate || !format1IsClosed(directory)) {
      if (format === formatWithoutGate) this.#refuseWhileUsed();
      this.#root.transactionSync(() => {
        if (format === undefined || format === formatWithoutGate)
          void this.#meta.put(metaKeys.format, Buffer.of(storeFormat));
        this.#checkFormat();
        this.#upgrade(directory);
      });
      // In a transaction of its own: after the faces are on the disk, and never by two processes at once.
      this.#root.transactionSync(() => closeFormat1(directory));
    }
    this.#checkFormat();
  }

  /** A process of a version without the gate would open the database while this one commits. @throws StoreUnavailableError */
  #refuseWhileUsed(): void {
    const others = otherUsers(this.#root);
    if (others.length > 0)
      throw new StoreUnavailableError(
        `process ${others.join(", ")} of an older version still uses it: stop it, then start again`,
      );
  }

  async #shut(isOpen: boolean): Promise<void> {
    if (isOpen) await this.#gate.pass(() => closeFaceDatabases(this.#path));
    await this.#gate.close();
  }

  /** Takes over what a store of format 1 holds. In a transaction. */
  #upgrade(directory: string): void {
    const now = this.#advance();
    readFormat1(directory, ({ tenant, faceId, expiresAt, ...template }) => {
      const id = faceIdBytes(faceId);
      if (id !== undefined && expiresAt > now)
        this.#insert(tenantTag(tenant), [{ id, template }], expiresAt);
    });
  }

  /** Another process may have upgraded the store since this one opened it. @throws StoreUnavailableError */
  #checkFormat(): void {
    const format = this.#meta.get(metaKeys.format)?.[0];
    if (format !== storeFormat)
      throw new StoreUnavailableError(
        `the face store has format ${format}, this version of mien writes format ${storeFormat}: run the newer version`,
      );
  }

  /**
   * Fails at the start where faces could be neither kept nor opened. What nothing but a restoration has filled does not say
   * which master key it has: its keys do.
   * @throws StoreUnavailableError
   */
  #checkMasterKey(): void {
    // Another process may have rotated it since this one last read.
    this.#root.resetReadTxn();
    const id = this.#masterId();
    requireMasterKeys(this.#masters, id === undefined ? this.#keys.masterIds(this.#now()) : [id]);
  }

  #masterId(): string | undefined {
    return this.#meta.get(metaKeys.masterKey)?.toString("latin1");
  }

  /** The time that the store is known to have seen. Earlier builds kept it alone, as if no clock had ever been ahead. */
  #persistedTime(): SeenTime {
    const bytes = this.#meta.get(metaKeys.clock);
    if (bytes === undefined) return { time: 0, wall: 0 };
    const time = Number(bytes.readBigUInt64LE());
    return { time, wall: bytes.length < clockBytes ? time : Number(bytes.readBigUInt64LE(8)) };
  }

  #now(): number {
    return this.#clock.now(this.#persistedTime().time);
  }

  /** Now, kept for other processes and later starts. In a transaction. */
  #advance(lag = 0): number {
    const persisted = this.#persistedTime();
    const { time, wall } = this.#clock.read(persisted.time);
    if (time - persisted.time > lag || !this.#clock.isKeptBy(persisted, clockLag)) {
      const bytes = Buffer.alloc(clockBytes);
      bytes.writeBigUInt64LE(BigInt(time));
      bytes.writeBigUInt64LE(BigInt(wall), 8);
      void this.#meta.put(metaKeys.clock, bytes);
    }
    return time;
  }

  /** The master key that wraps now, the same for all processes until keys are rewrapped. In a transaction. */
  #master(): MasterKey {
    const id = this.#masterId();
    const master = id === undefined ? this.#masters.first() : this.#masters.find(id);
    if (master === undefined)
      throw new StoreUnavailableError(`master key ${id} of the face store is not configured`);
    if (id === undefined) void this.#meta.put(metaKeys.masterKey, Buffer.from(master.id, "latin1"));
    return master;
  }

  /** LMDB ends the process from a timer of its own where something is read once it is closed. @throws StoreUnavailableError */
  #requireOpen(): void {
    if (this.#isClosed) throw new StoreUnavailableError("the face store is closed");
  }

  async #write<Result>(work: () => Result): Promise<Result> {
    this.#requireOpen();
    try {
      return await this.#gate.pass(() => this.#root.transaction(work));
    } catch (cause) {
      if (cause instanceof StoreUnavailableError) throw cause;
      throw new StoreUnavailableError("the face store cannot be written", {
        cause: await reasonOf(cause),
      });
    }
  }

  #read<Result>(work: () => Result): Result {
    this.#requireOpen();
    try {
      return work();
    } catch (error) {
      throw unreadable(error);
    }
  }

  /** In a transaction; all that can fail comes before the first write, for a transaction that fails midway is not undone. */
  #insert(
    tag: Buffer,
    faces: readonly { id: Buffer; template: Template }[],
    expiresAt: number,
  ): void {
    const key = this.#keys.forWriting(tag, keyEndOf(expiresAt, bucketWidth), this.#master());
    const records = faces.map(({ id, template }) => ({
      faceKey: Buffer.concat([tag, id]),
      record: sealFace(template, { key, expiresAt, tag, faceId: id }),
    }));
    for (const { faceKey, record } of records) this.#place(faceKey, record, expiresAt);
  }

  /** Puts a record and its expiry in the place of those that are there. In a transaction. */
  #place(faceKey: Buffer, record: Buffer, expiresAt: number): void {
    const former = this.#headerAt(faceKey);
    if (former !== undefined) void this.#expiries.remove(expiryKey(former.expiresAt, faceKey));
    void this.#faces.put(faceKey, record);
    void this.#expiries.put(expiryKey(expiresAt, faceKey), Buffer.alloc(0));
  }

  #headerAt(faceKey: Buffer): RecordHeader | undefined {
    const record = this.#faces.getBinaryFast(faceKey);
    return record === undefined ? undefined : headerOf(record);
  }

  async put(tenant: string, faces: readonly NewFace[], timeToLive: number): Promise<void> {
    if (faces.length === 0) return;
    const tag = tenantTag(tenant);
    const prepared = faces.map((template) => {
      const id = faceIdBytes(template.faceId);
      if (id === undefined) throw new RangeError("a faceId is a lower-case UUID");
      return { id, template };
    });
    await this.#write(() => {
      this.#checkFormat();
      this.#insert(tag, prepared, this.#advance(clockLag) + Math.ceil(timeToLive));
    });
  }

  async get(tenant: string, faceIds: readonly string[]): Promise<(StoredFace | undefined)[]> {
    const reading = this.#get(tenant, faceIds);
    this.#reads.add(reading);
    try {
      return await reading;
    } finally {
      this.#reads.delete(reading);
    }
  }

  async #get(tenant: string, faceIds: readonly string[]): Promise<(StoredFace | undefined)[]> {
    const tag = tenantTag(tenant);
    const now = this.#read(() => {
      // A face that another process has answered a moment ago must be seen.
      this.#root.resetReadTxn();
      return this.#now();
    });
    // The store's time at which it was found that something is over.
    let overAt = 0;
    const faceKey = Buffer.alloc(faceKeyBytes);
    tag.copy(faceKey);
    const find = (faceId: string): StoredFace | undefined => {
      const id = faceIdBytes(faceId);
      if (id === undefined) return undefined;
      id.copy(faceKey, tagBytes);
      const record = this.#faces.getBinaryFast(faceKey);
      if (record === undefined) return undefined;
      const header = readHeader(record);
      if (header.expiresAt <= now) {
        overAt = now;
        return undefined;
      }
      const template = this.#open(record, header, faceKey);
      return template === undefined
        ? undefined
        : { faceId, ...template, expiresAt: header.expiresAt };
    };
    const faces: (StoredFace | undefined)[] = [];
    for (let first = 0; first < faceIds.length; first += readBatch) {
      // Unsealing a thousand templates would keep other callers waiting.
      if (first > 0) await setImmediate();
      faces.push(...this.#read(() => faceIds.slice(first, first + readBatch).map(find)));
    }
    // What is said to be over stays over, whatever clocks do after a restart or in another process.
    if (this.#persistedTime().time < overAt) await this.#write(() => void this.#advance());
    return faces;
  }

  /** The template; `undefined` when its key was destroyed since the record was read. @throws StoreUnavailableError */
  #open(record: Buffer, header: RecordHeader, faceKey: Buffer): Template | undefined {
    const key = this.#keys.find(header.keyId, header.keyEnd);
    if (key === "destroyed") return undefined;
    if (key === undefined) {
      // Its bucket may have ended, or its tenant been erased, between the two looks.
      this.#root.resetReadTxn();
      if (header.keyEnd <= this.#now() || this.#faces.get(faceKey) === undefined) return undefined;
      throw new StoreUnavailableError("the key of a stored face is missing");
    }
    const [tag, id] = [faceKey.subarray(0, tagBytes), faceKey.subarray(tagBytes)];
    try {
      return openFace(record, key.key, tag, id);
    } catch (cause) {
      throw new StoreUnavailableError("a stored face is damaged", { cause });
    }
  }

  sweep(): Promise<number> {
    this.#sweeping ??= this.#sweepAll().finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  /** Nobody waits for it, and yet somebody has to know that a promise is not kept: once, not every five seconds. */
  async #sweepOrTell(): Promise<void> {
    let failure: unknown;
    try {
      await this.sweep();
    } catch (error) {
      failure = error;
    }
    const fails = failure !== undefined;
    if (fails !== this.#sweepFails)
      this.#report(
        fails
          ? `what has expired cannot be destroyed: ${reasonsOf(failure)}`
          : "what has expired is destroyed again",
      );
    this.#sweepFails = fails;
  }

  async #sweepAll(): Promise<number> {
    // Also where nothing is over: processes that run for a moment each would have no time pass between them.
    if (!this.#read(() => this.#clock.isKeptBy(this.#persistedTime(), clockLag)))
      await this.#write(() => {
        this.#checkFormat();
        this.#advance();
      });
    let swept = 0;
    for (;;) {
      const keys = this.#read(() => {
        const end = expiryKey(this.#now() + 1, Buffer.alloc(faceKeyBytes));
        return [...this.#expiries.getKeys({ end, limit: batch })];
      });
      if (keys.length === 0) break;
      const gone = await this.#write(() => {
        this.#checkFormat();
        this.#advance();
        let removed = 0;
        for (const key of keys) {
          const faceKey = key.subarray(8);
          const isPresent = this.#expiries.doesExist(key);
          void this.#expiries.remove(key);
          // One that was put again since the keys were read has an instant of its own.
          const expiresAt = this.#headerAt(faceKey)?.expiresAt;
          if (expiresAt !== undefined && expiresAt !== expiryOf(key)) continue;
          void this.#faces.remove(faceKey);
          if (isPresent) removed++;
        }
        return removed;
      });
      swept += gone;
      // At once: they are gone even if what follows fails.
      this.#expired += gone;
    }
    const now = this.#read(() => this.#now());
    if (this.#read(() => this.#keys.ends()).some((end) => end <= now)) {
      // First it must be on the disk that this time was reached: a key once destroyed is never needed again.
      await this.#write(() => void this.#advance());
      await this.#write(() => this.#keys.destroyUpTo(now));
    }
    this.#keys.forgetUpTo(now);
    return swept;
  }

  /** Pieces of the faces whose keys begin so, each read in a transaction of its own. */
  *#pieces(prefix: Buffer): Generator<{ faceKey: Buffer; record: Buffer }[]> {
    const end = keyAfter(prefix);
    const range = { limit: batch, ...(end === undefined ? {} : { end }) };
    let start = prefix;
    for (;;) {
      const piece = this.#read(() =>
        [...this.#faces.getRange({ start, ...range })].map(({ key, value }) => ({
          faceKey: key,
          record: value,
        })),
      );
      if (piece.length === 0) return;
      yield piece;
      start = Buffer.concat([piece.at(-1)!.faceKey, Buffer.alloc(1)]);
    }
  }

  async erase(tenant: string): Promise<Erasure> {
    const tag = tenantTag(tenant);
    const keysDestroyed = await this.#write(() => {
      this.#checkFormat();
      return this.#keys.destroyTenant(tag);
    });
    // What was put after this instant has a key of its own and is none of what is to be erased.
    const isErased = ({ header }: { header: RecordHeader | undefined }): boolean => {
      // Nothing opens it.
      if (header === undefined) return true;
      const key = this.#keys.find(header.keyId, header.keyEnd);
      return key === "destroyed" || key === undefined;
    };
    const erasedOf = (piece: readonly { faceKey: Buffer; record: Buffer }[]) =>
      this.#read(() =>
        piece
          .map(({ faceKey, record }) => ({ faceKey, header: headerOf(record) }))
          .filter(isErased),
      );
    let faces = 0;
    for (const piece of this.#pieces(tag)) {
      const going = erasedOf(piece);
      await this.#write(() => {
        for (const { faceKey, header } of going) {
          void this.#faces.remove(faceKey);
          // Where the instant is unknown, the sweep removes it from the index once it is there.
          if (header !== undefined)
            void this.#expiries.remove(expiryKey(header.expiresAt, faceKey));
        }
      });
      faces += going.length;
    }
    let left = 0;
    for (const piece of this.#pieces(tag)) left += erasedOf(piece).length;
    return { faces, keysDestroyed, left };
  }

  async *sealed(): AsyncGenerator<readonly SealedFace[]> {
    const now = this.#read(() => this.#now());
    for (const piece of this.#pieces(Buffer.alloc(0))) {
      yield (
        piece
          // What cannot be read could not be put back either.
          .filter(({ record }) => (headerOf(record)?.expiresAt ?? 0) > now)
          .map(({ faceKey, record }) => ({
            tenantTag: faceKey.subarray(0, tagBytes),
            faceId: faceKey.subarray(tagBytes),
            record,
          }))
      );
      await setImmediate();
    }
  }

  async restore(faces: readonly SealedFace[]): Promise<Restoration> {
    return this.#write(() => {
      this.#checkFormat();
      const now = this.#advance();
      const sum = { restored: 0, expired: 0, unreadable: 0 };
      for (const { tenantTag: tag, faceId, record } of faces) {
        const header = headerOf(record);
        if (header !== undefined && header.expiresAt <= now) {
          sum.expired++;
          continue;
        }
        const key =
          header !== undefined && this.#keys.lives(header.keyId, header.keyEnd)
            ? this.#keys.find(header.keyId, header.keyEnd)
            : undefined;
        if (header === undefined || key === undefined || !opens(record, key, tag, faceId)) {
          sum.unreadable++;
          continue;
        }
        this.#place(Buffer.concat([tag, faceId]), record, header.expiresAt);
        sum.restored++;
      }
      return sum;
    });
  }

  async rewrap(): Promise<number> {
    const ends = await this.#write(() => {
      this.#checkFormat();
      // From here on every process wraps new keys with it.
      void this.#meta.put(metaKeys.masterKey, Buffer.from(this.#masters.first().id, "latin1"));
      return this.#keys.ends();
    });
    let rewrapped = 0;
    // Asked for anew under each lock: another rotation may have put its key in front.
    for (const end of ends)
      rewrapped += await this.#write(() => this.#keys.rewrap(end, this.#masters.first()));
    return rewrapped;
  }

  /** Destroyed keys were overwritten in their files, and nothing else holds them. */
  scrub(): Promise<number> {
    return Promise.resolve(0);
  }

  #walk(): Examination {
    const now = this.#now();
    let [faces, damaged] = [0, 0];
    try {
      for (const piece of this.#pieces(Buffer.alloc(0)))
        for (const { faceKey, record } of piece) {
          try {
            const header = readHeader(record);
            if (header.expiresAt <= now) continue;
            faces++;
            this.#open(record, header, faceKey);
            if (!this.#expiries.doesExist(expiryKey(header.expiresAt, faceKey))) damaged++;
          } catch {
            damaged++;
          }
        }
      // Every expiry has its face: a face that is missing from a damaged page is noticed here.
      const start = expiryKey(now + 1, Buffer.alloc(faceKeyBytes));
      for (const key of this.#expiries.getKeys({ start }))
        if (!this.#faces.doesExist(key.subarray(8))) damaged++;
    } catch {
      damaged++;
    }
    return { faces, damaged };
  }

  examine(): Promise<Examination> {
    return Promise.resolve(this.#read(() => this.#walk()));
  }

  async count(): Promise<number> {
    return (await this.statistics()).liveFaces;
  }

  async statistics(): Promise<StoreStatistics> {
    const { entryCount } = this.#read(() => this.#faces.getStats() as { entryCount: number });
    const { size } = await stat(this.#path).catch((error: unknown) => {
      throw unreadable(error);
    });
    return {
      liveFaces: entryCount,
      bytesOnDisk: size,
      expiredFaces: this.#expired,
      place: this.#path,
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#sweeping?.catch(() => undefined);
    while (this.#reads.size > 0) await Promise.allSettled(this.#reads);
    // What is read or written piece by piece and goes on for long, such as a backup, ends with its next piece.
    this.#isClosed = true;
    await this.#shut(true);
    this.#keys.close();
  }
}

/** The header; `undefined` when it cannot be read, or gives an instant that the index cannot hold. */
function headerOf(record: Buffer): RecordHeader | undefined {
  const header = headerIfReadable(record);
  const expiresAt = header?.expiresAt ?? -1;
  return Number.isSafeInteger(expiresAt) && expiresAt >= 0 ? header : undefined;
}

/** Whether the record is that tenant's face, whole, under a key that is not destroyed. */
function opens(record: Buffer, key: BucketKey | "destroyed", tag: Buffer, faceId: Buffer): boolean {
  if (key === "destroyed") return false;
  try {
    openFace(record, key.key, tag, faceId);
    return true;
  } catch {
    return false;
  }
}

/** What callers are told of a read that failed. */
function unreadable(cause: unknown): StoreUnavailableError {
  if (cause instanceof StoreUnavailableError) return cause;
  return new StoreUnavailableError("the face store cannot be read", { cause });
}

/** Why a commit failed: LMDB says it by a promise of its own, at once or never. */
async function reasonOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { commitError?: Promise<unknown> };
  if (commitError === undefined) return error;
  const said = commitError.then(() => error, inPlainWords);
  return Promise.race([said, after(100, error)]);
}

/** What went wrong, and what led to it. */
function reasonsOf(error: unknown): string {
  const said: string[] = [];
  for (let link = error; link !== undefined && said.length < 3;) {
    said.push(messageOf(link));
    link = link instanceof Error ? link.cause : undefined;
  }
  return said.join(", by ");
}

/** LMDB calls a write that was done in part an input/output error, which is how a disk fills up more often than not. */
function inPlainWords(reason: unknown): unknown {
  if (!(reason instanceof Error) || !/input\/output error/i.test(reason.message)) return reason;
  return new Error("the disk is full or failing (Input/output error)", { cause: reason });
}

/**
 * Opens the store of a directory.
 * @throws StoreUnavailableError when the directory cannot be written, its file is damaged, or another version's.
 */
export function openLmdbStore(options: LmdbStoreOptions): MaintainedStore {
  try {
    return new LmdbStore(options);
  } catch (cause) {
    throw new StoreUnavailableError(
      `the face store in ${options.directory} cannot be opened: ${messageOf(cause)}`,
      { cause },
    );
  }
}
