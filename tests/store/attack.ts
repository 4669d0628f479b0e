/**
 * The attacker of the tests of forgetting: has files, a master key and sealed faces, and tries the bytes at every position of
 * the files as a wrapped key.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { openFace, readHeader } from "@mien/gallery/face-record";
import { unwrapKey } from "@mien/gallery/key-wrapping";
import type { MaintainedStore, SealedFace } from "@mien/gallery/store";

export function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
}

/** Every file's bytes, those of freed pages included: a database's file is read as bytes, not as a database. */
export function bytesOf(directory: string): Buffer {
  return Buffer.concat(filesOf(directory).map((path) => readFileSync(path)));
}

const wrappedBytes = 60;

/** Every key of these faces that some run of bytes is the wrapping of, under the master key: every position is tried. */
export function keysIn(bytes: Buffer, masterKey: Buffer, faces: readonly SealedFace[]): Buffer[] {
  const bindings = new Map(
    faces.map((face) => {
      const { keyId, keyEnd } = readHeader(face.record);
      return [keyId, { id: keyId, tenant: face.tenantTag.toString("latin1"), end: keyEnd }];
    }),
  );
  const found: Buffer[] = [];
  for (const binding of bindings.values())
    for (let at = 0; at + wrappedBytes <= bytes.length; at++) {
      const wrapped = bytes.subarray(at, at + wrappedBytes);
      // Unwritten space; eight zeros begin one random wrapping in 2^64.
      if (wrapped.readDoubleLE() === 0) continue;
      try {
        found.push(unwrapKey({ id: "", key: masterKey }, wrapped, binding));
      } catch {
        // No wrapped key begins here.
      }
    }
  return found;
}

/** The faces that some key opens. */
export function readable(faces: readonly SealedFace[], keys: readonly Buffer[]): number {
  return faces.filter((face) =>
    keys.some((key) => {
      try {
        openFace(face.record, key, face.tenantTag, face.faceId);
        return true;
      } catch {
        return false;
      }
    }),
  ).length;
}

export async function sealedOf(store: MaintainedStore): Promise<SealedFace[]> {
  const faces: SealedFace[] = [];
  for await (const piece of store.sealed())
    faces.push(...piece.map((face) => ({ ...face, record: Buffer.from(face.record) })));
  return faces;
}
