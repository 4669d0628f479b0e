/** Faces on their way out of the embedded store. */
import { setImmediate } from "node:timers/promises";
import { openFace, readHeader, type RecordHeader } from "./face-record.js";
import type { KeyedRecord } from "./lmdb-face-table.js";
import { faceKeyOf, partsOf } from "./lmdb-keys.js";
import type { LmdbParts } from "./lmdb-parts.js";
import { faceIdBytes, tenantTag } from "./sealing.js";
import { type StoredFace, StoreUnavailableError } from "./store.js";
import type { Template } from "./template-codec.js";

/** Faces read before others get their turn: about a millisecond. */
const readBatch = 128;

type ReadingParts = Pick<LmdbParts, "access" | "faces" | "keys" | "time">;

/** One entry for each id, in order; see `FaceStore.get`. */
export async function readFaces(
  parts: ReadingParts,
  tenant: string,
  faceIds: readonly string[],
): Promise<(StoredFace | undefined)[]> {
  const { access, faces, time } = parts;
  const tag = tenantTag(tenant);
  const now = access.read(() => {
    // A face that another process has answered a moment ago must be seen.
    access.refresh();
    return time.now();
  });
  // The store's time at which it was found that something is over.
  let overAt = 0;
  const find = (faceId: string): StoredFace | undefined => {
    const id = faceIdBytes(faceId);
    if (id === undefined) return undefined;
    const faceKey = faceKeyOf(tag, id);
    const record = faces.record(faceKey);
    if (record === undefined) return undefined;
    const header = readHeader(record);
    if (header.expiresAt <= now) {
      overAt = now;
      return undefined;
    }
    const template = openRecord(parts, { faceKey, record }, header);
    return template === undefined
      ? undefined
      : { faceId, ...template, expiresAt: header.expiresAt };
  };
  const found: (StoredFace | undefined)[] = [];
  for (let first = 0; first < faceIds.length; first += readBatch) {
    // Unsealing a thousand templates would keep other callers waiting.
    if (first > 0) await setImmediate();
    found.push(...access.read(() => faceIds.slice(first, first + readBatch).map(find)));
  }
  // What is said to be over stays over, whatever clocks do after a restart or in another process.
  if (!time.isKept(overAt)) await access.write(() => void time.advance());
  return found;
}

/** The template; `undefined` when its key was destroyed since the record was read. @throws StoreUnavailableError */
export function openRecord(
  { access, faces, keys, time }: ReadingParts,
  { faceKey, record }: KeyedRecord,
  header: RecordHeader,
): Template | undefined {
  const key = keys.find(header.keyId, header.keyEnd);
  if (key === "destroyed") return undefined;
  if (key === undefined) {
    // Its bucket may have ended, or its tenant been erased, between the two looks.
    access.refresh();
    if (header.keyEnd <= time.now() || !faces.has(faceKey)) return undefined;
    throw new StoreUnavailableError("the key of a stored face is missing");
  }
  const { tenantTag: tag, faceId } = partsOf(faceKey);
  try {
    return openFace(record, key.key, tag, faceId);
  } catch (cause) {
    throw new StoreUnavailableError("a stored face is damaged", { cause });
  }
}
