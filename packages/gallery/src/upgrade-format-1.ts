/**
 * The store of the first release: `faces.mdb`, records in plain bytes (version 1, length of the model's name, padding to 8,
 * expiry; then the name and the embedding as little-endian float32), keys `[tenant, faceId]`.
 */
import { existsSync, lstatSync, mkdirSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";
import { otherUsers } from "./lmdb-users.js";
import { destroyFile } from "./secret-files.js";
import { StoreUnavailableError, type StoredFace } from "./store.js";

const headerBytes = 16;

function decodeFormat1(faceId: string, record: Buffer): StoredFace {
  if (record[0] !== 1) throw new RangeError(`a stored face has format ${record[0]}`);
  const start = headerBytes + record.readUInt8(1);
  const embedding = new Float32Array((record.length - start) / 4);
  for (let i = 0; i < embedding.length; i++) embedding[i] = record.readFloatLE(start + i * 4);
  return {
    faceId,
    recognitionModel: record.toString("utf8", headerBytes, start),
    expiresAt: record.readDoubleLE(8),
    embedding,
  };
}

/**
 * Hands over the faces of a store of format 1, where there is one.
 * @throws StoreUnavailableError while a process of the older version still serves from it.
 */
export function readFormat1(
  directory: string,
  take: (face: StoredFace & { readonly tenant: string }) => void,
): void {
  const path = join(directory, "faces.mdb");
  if (!existsSync(path) || lstatSync(path).isDirectory()) return;
  const root = open({ path, compression: false });
  try {
    const faces = root.openDB<Buffer, [string, string]>({ name: "faces", encoding: "binary" });
    const others = otherUsers(root);
    if (others.length > 0)
      throw new StoreUnavailableError(
        `process ${others.join(", ")} of an older version still uses it: stop it, then start again`,
      );
    for (const { key, value } of faces.getRange())
      take({ tenant: key[0], ...decodeFormat1(key[1], value) });
  } finally {
    void root.close();
  }
}

/** Whether nothing of a store of format 1 is left, and none can come to be. */
export function format1IsClosed(directory: string): boolean {
  const path = join(directory, "faces.mdb");
  return existsSync(path) && lstatSync(path).isDirectory() && !existsSync(`${path}.upgraded`);
}

/**
 * After its faces were taken over: destroys the plain file, and puts a folder in its place so that an older version which
 * is started by mistake fails at its start instead of keeping faces where nobody looks for them.
 */
export function closeFormat1(directory: string): void {
  const path = join(directory, "faces.mdb");
  const going = `${path}.upgraded`;
  const isFile = existsSync(path) && !lstatSync(path).isDirectory();
  if (isFile) renameSync(path, going);
  mkdirSync(path, { recursive: true });
  writeFileSync(
    join(path, "README"),
    "Faces are in ../templates.mdb. This folder keeps older versions of mien from starting here.\n",
  );
  destroyFile(going);
  if (existsSync(`${path}-lock`)) unlinkSync(`${path}-lock`);
}
