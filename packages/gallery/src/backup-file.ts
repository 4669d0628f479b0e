/**
 * A backup: the sealed faces of a store in one file, without any key. It can be put back where the keys still are, and is
 * unreadable from the instant at which a key is destroyed there, wherever copies of it lie.
 *
 * A line of JSON, then a frame for each face (length of the record as 4 bytes, tenant's tag 16, faceId 16, record), then a frame of
 * length 0 and the SHA-256 of all before it.
 */
import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import type { MaintainedStore, Restoration, SealedFace } from "./store.js";

const format = 1;
const header = `${JSON.stringify({ mien: "backup", format })}\n`;
const tagBytes = 16;
const idBytes = 16;
const hashBytes = 32;
/** Faces put back in one transaction. */
const batch = 500;
/** No record is longer; a greater number is damage. */
const longestRecord = 1 << 20;

/** The file is none of Mien's, of another version or damaged. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

/** What is there, links followed; `undefined` where nothing is. */
async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}

/**
 * Writes beside the file and names it when it is whole; nothing is left of one that fails.
 * @param signal ends it between two batches of faces.
 * @returns how many faces it holds.
 */
export async function writeBackup(
  store: MaintainedStore,
  path: string,
  signal?: AbortSignal,
): Promise<number> {
  const present = await statsOf(path);
  // Of a folder the system would say so of the file beside it, and only at the end; a pipe or device would be replaced.
  if (path === "" || present?.isFile() === false)
    throw new BackupError(`"${path}" is no name of a file: name one to write the backup to`);
  // Where the path is a link, the file itself: others may come to it by its own name.
  const target = present === undefined ? path : await realpath(path);
  const partial = `${target}.partial`;
  const file = await open(partial, "w", 0o600);
  let faces = 0;
  try {
    const hash = createHash("sha256");
    const write = async (bytes: Buffer): Promise<void> => {
      hash.update(bytes);
      await file.appendFile(bytes);
    };
    await write(Buffer.from(header));
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
    await file.appendFile(hash.digest());
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
  await file.close();
  await rename(partial, target);
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
    const start = await reader.takeUpTo(header.length);
    if (start.length === 0 || !header.startsWith(start.toString()))
      throw new BackupError(`${path} is no backup of this version of mien`);
    if (start.length < header.length) throw new BackupError("the backup is cut off");
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
