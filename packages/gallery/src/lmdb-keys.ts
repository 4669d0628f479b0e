/** The keys of the embedded store's databases: of a face, and of its place in the index of expiry. */

const tagBytes = 16;
const faceKeyBytes = 32;

export function faceKeyOf(tenantTag: Buffer, faceId: Buffer): Buffer {
  return Buffer.concat([tenantTag, faceId], faceKeyBytes);
}

/** Whose face it is, as views of the key. */
export function partsOf(faceKey: Buffer): { readonly tenantTag: Buffer; readonly faceId: Buffer } {
  return { tenantTag: faceKey.subarray(0, tagBytes), faceId: faceKey.subarray(tagBytes) };
}

/** Keys of the index follow each other in time. @param faceKey absent: less than that of every face of this instant. */
export function expiryKey(expiresAt: number, faceKey?: Buffer): Buffer {
  const key = Buffer.alloc(8 + faceKeyBytes);
  key.writeBigUInt64BE(BigInt(expiresAt));
  faceKey?.copy(key, 8);
  return key;
}

/** The instant of a key of the index, and a view of the face's. */
export function readExpiryKey(key: Buffer): {
  readonly expiresAt: number;
  readonly faceKey: Buffer;
} {
  return { expiresAt: Number(key.readBigUInt64BE()), faceKey: key.subarray(8) };
}

/** The first key that is greater than every one that begins so; `undefined` when there is none. */
export function keyAfter(prefix: Buffer): Buffer | undefined {
  const last = prefix.findLastIndex((byte) => byte !== 0xff);
  if (last === -1) return undefined;
  const next = Buffer.from(prefix.subarray(0, last + 1));
  next[last]! += 1;
  return next;
}
