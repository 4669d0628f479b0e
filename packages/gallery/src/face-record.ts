/** A face as it lies in a store: a readable header, then the sealed template. */
import { seal, unseal } from "./sealing.js";
import { decodeTemplate, encodeTemplate, type Template } from "./template-codec.js";

/** Of the record around the template. Format 1 had no envelope; `upgrade-format-1.ts` reads it. */
export const recordFormat = 2;

/** format (1), key (8), instant of expiry (8), instant at which the key is destroyed (8). */
const headerBytes = 25;

/** Faces that expire within so many milliseconds share a key; it is destroyed when the last of them has expired. */
export const bucketWidth = 300_000;

/** The instant at which the key of a face is destroyed. */
export function keyEndOf(expiresAt: number, width: number = bucketWidth): number {
  return Math.ceil(expiresAt / width) * width;
}

/** A key that opens the templates of one tenant that expire in one bucket. */
export interface BucketKey {
  /** 8 random bytes as a Latin-1 string, so that maps can find it. */
  readonly id: string;
  readonly key: Buffer;
  readonly end: number;
}

/** The readable part of a record. Instants are milliseconds since the epoch, by the store's time. */
export interface RecordHeader {
  readonly keyId: string;
  readonly expiresAt: number;
  readonly keyEnd: number;
}

/** @throws RangeError for a record of a format that this version does not know. */
export function readHeader(record: Buffer): RecordHeader {
  if (record.length < headerBytes || record[0] !== recordFormat)
    throw new RangeError(`a stored face has format ${record[0] ?? "none"}`);
  return {
    keyId: record.toString("latin1", 1, 9),
    expiresAt: record.readDoubleLE(9),
    keyEnd: record.readDoubleLE(17),
  };
}

/** `undefined` for a record that is cut off or of a format that this version does not know. */
export function headerIfReadable(record: Buffer): RecordHeader | undefined {
  try {
    return readHeader(record);
  } catch {
    return undefined;
  }
}

/** The header and whose face it is: a record opens under no other key, expiry, tenant or faceId. */
function additionalData(record: Buffer, tag: Buffer, faceId: Buffer): Buffer {
  return Buffer.concat([record.subarray(0, headerBytes), tag, faceId]);
}

/** The record of a face: it opens only for the same key, expiry, tenant and faceId. */
export function sealFace(
  template: Template,
  {
    key,
    expiresAt,
    tag,
    faceId,
  }: { key: BucketKey; expiresAt: number; tag: Buffer; faceId: Buffer },
): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(recordFormat, 0);
  header.write(key.id, 1, "latin1");
  header.writeDoubleLE(expiresAt, 9);
  header.writeDoubleLE(key.end, 17);
  const sealed = seal(key.key, encodeTemplate(template), additionalData(header, tag, faceId));
  return Buffer.concat([header, sealed]);
}

/** @throws Error when the record is damaged or not what its header, tenant and faceId say. */
export function openFace(record: Buffer, key: Buffer, tag: Buffer, faceId: Buffer): Template {
  return decodeTemplate(
    unseal(key, record.subarray(headerBytes), additionalData(record, tag, faceId)),
  );
}
