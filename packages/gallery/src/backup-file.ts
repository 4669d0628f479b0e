/**
 * A backup: the sealed faces of a store in one file, without any key. It can be put back where the keys still are, and is
 * unreadable from the instant at which a key is destroyed there, wherever copies of it lie.
 *
 * A line of JSON, then a frame for each face (length of the record as 4 bytes, tenant's tag 16, faceId 16, record), then a frame of
 * length 0 and the SHA-256 of all before it.
 */
import { createHash, randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { BackupError, backupHeader, statsOf } from "./backup-format.js";
import { backupTarget, refuseToReplace } from "./backup-target.js";
import type { MaintainedStore, Restoration, SealedFace } from "./store.js";

const tagBytes = 16;
const idBytes = 16;
const hashBytes = 32;
/** Faces put back in one transaction. */
const batch = 500;
/** No record is longer; a greater number is damage. */
const longestRecord = 1 << 20;

/** How a backup is made. */
export interface BackupOptions {
  /** Ends it between two batches of faces. */
  readonly signal?: AbortSignal | undefined;
  /** Folder of the store, its keys and its master key, where no backup goes. */
  readonly dataDirectory?: string;
}

/** Waits for the system; of a file that has a name for the time being it is to say the name that was asked for. */
async function saidOf<Result>(path: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw Object.assign(error as NodeJS.ErrnoException, { path });
  }
}

/**
 * Writes beside the file and names it when it is whole; nothing is left of one that fails.
 * @returns how many faces it holds.
 * @throws BackupError where the file is anything but an earlier backup, or lies in the data directory.
 */
export async function writeBackup(
  store: MaintainedStore,
  path: string,
  { signal, dataDirectory }: BackupOptions = {},
): Promise<number> {
  const target = await backupTarget(path, dataDirectory);
  // A name that nobody else has, be it another backup to the same file.
  const partial = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  const file = await saidOf(target, open(partial, "wx", 0o600));
  let faces = 0;
  try {
    try {
      const hash = createHash("sha256");
      const write = async (bytes: Buffer): Promise<void> => {
        hash.update(bytes);
        await saidOf(target, file.appendFile(bytes));
      };
      await write(Buffer.from(backupHeader));
      for await (const piece of store.sealed()) {
        signal?.throwIfAborted();
        faces += piece.length;
        await write(
          Buffer.concat(
            piece.flatMap(({ tenantTag, faceId, record }) => {
              const length = Buffer.alloc(4);
              length.writeUInt32LE(record.length);
              return [length, tenantTag, faceId, record];
            }),
          ),
        );
      }
      await write(Buffer.alloc(4));
      await saidOf(target, file.appendFile(hash.digest()));
      await saidOf(target, file.sync());
    } finally {
      await file.close();
    }
    // Somebody may have put something there meanwhile.
    await refuseToReplace(target);
    await saidOf(target, rename(partial, target));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return faces;
}

/** Reads so many bytes at a time as are asked for. */
class FrameReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** @throws BackupError where there is less. */
  async take(length: number): Promise<Buffer> {
    const bytes = await this.takeUpTo(length);
    if (bytes.length < length) throw new BackupError("the backup is cut off");
    return bytes;
  }

  /** Fewer only at the end. */
  async takeUpTo(length: number): Promise<Buffer> {
    const parts: Buffer[] = [this.#rest];
    let present = this.#rest.length;
    while (present < length) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      parts.push(next.value);
      present += next.value.length;
    }
    const all = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    this.#rest = all.subarray(length);
    return all.subarray(0, length);
  }
}

async function* facesOf(path: string): AsyncGenerator<SealedFace> {
  // The system would not say which.
  const present = await statsOf(path);
  if (present?.isDirectory() === true) throw new BackupError(`${path} is a folder and no backup`);
  if (present?.isFile() === false)
    throw new BackupError(`${path} is no file, and a backup is read twice: keep it in one`);
  const file = await open(path, "r");
  try {
    const reader = new FrameReader(
      file.createReadStream({ autoClose: false, highWaterMark: 1 << 20 }),
    );
    const hash = createHash("sha256");
    const take = async (length: number): Promise<Buffer> => {
      const bytes = await reader.take(length);
      hash.update(bytes);
      return bytes;
    };
    const start = await reader.takeUpTo(backupHeader.length);
    if (start.length === 0 || !backupHeader.startsWith(start.toString()))
      throw new BackupError(`${path} is no backup of this version of mien`);
    if (start.length < backupHeader.length) throw new BackupError("the backup is cut off");
    hash.update(start);
    for (;;) {
      const length = (await take(4)).readUInt32LE();
      if (length === 0) break;
      if (length > longestRecord) throw new BackupError("the backup is damaged");
      const tenantTag = Buffer.from(await take(tagBytes));
      const faceId = Buffer.from(await take(idBytes));
      yield { tenantTag, faceId, record: Buffer.from(await take(length)) };
    }
    const expected = hash.digest();
    if (!(await reader.take(hashBytes)).equals(expected))
      throw new BackupError("the backup is damaged");
  } finally {
    await file.close();
  }
}

/**
 * Puts a backup's faces into a store, beside what is there.
 * @throws BackupError before anything is put back when the file is not whole.
 */
export async function restoreBackup(store: MaintainedStore, path: string): Promise<Restoration> {
  // To the end, where the hash is: nothing of a damaged file is put back.
  const faces = facesOf(path);
  while ((await faces.next()).done !== true);
  const sum = { restored: 0, expired: 0, unreadable: 0 };
  let pending: SealedFace[] = [];
  const flush = async (): Promise<void> => {
    const { restored, expired, unreadable } = await store.restore(pending);
    sum.restored += restored;
    sum.expired += expired;
    sum.unreadable += unreadable;
    pending = [];
  };
  for await (const face of facesOf(path)) {
    pending.push(face);
    if (pending.length === batch) await flush();
  }
  await flush();
  return sum;
}
