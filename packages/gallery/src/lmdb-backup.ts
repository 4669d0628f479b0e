/** Faces of the embedded store as they lie there, out of it and back into it. */
import { setImmediate } from "node:timers/promises";
import { type BucketKey, openFace } from "./face-record.js";
import { headerOf } from "./lmdb-face-table.js";
import { requireFormat } from "./lmdb-format.js";
import { faceKeyOf, partsOf } from "./lmdb-keys.js";
import type { LmdbParts } from "./lmdb-parts.js";
import type { Restoration, SealedFace } from "./store.js";

/** Every face that is not over, by batches. */
export async function* sealedFaces({
  access,
  faces,
  time,
}: Pick<LmdbParts, "access" | "faces" | "time">): AsyncGenerator<readonly SealedFace[]> {
  const now = access.read(() => time.now());
  for (const piece of faces.pieces()) {
    yield (
      piece
        // What cannot be read could not be put back either.
        .filter(({ record }) => (headerOf(record)?.expiresAt ?? 0) > now)
        .map(({ faceKey, record }) => ({ ...partsOf(faceKey), record }))
    );
    await setImmediate();
  }
}

/** Puts sealed faces back whose keys still live. */
export function restoreFaces(
  { access, faces, keys, time }: LmdbParts,
  sealed: readonly SealedFace[],
): Promise<Restoration> {
  return access.write(() => {
    requireFormat(access.databases);
    const now = time.advance();
    const sum = { restored: 0, expired: 0, unreadable: 0 };
    for (const face of sealed) {
      const header = headerOf(face.record);
      if (header !== undefined && header.expiresAt <= now) {
        sum.expired++;
        continue;
      }
      const key =
        header !== undefined && keys.lives(header.keyId, header.keyEnd)
          ? keys.find(header.keyId, header.keyEnd)
          : undefined;
      if (header === undefined || key === undefined || !opens(face, key)) {
        sum.unreadable++;
        continue;
      }
      const faceKey = faceKeyOf(face.tenantTag, face.faceId);
      faces.place({ faceKey, record: face.record }, header.expiresAt);
      sum.restored++;
    }
    return sum;
  });
}

/** Whether the record is that tenant's face, whole, under a key that is not destroyed. */
function opens({ record, tenantTag, faceId }: SealedFace, key: BucketKey | "destroyed"): boolean {
  if (key === "destroyed") return false;
  try {
    openFace(record, key.key, tenantTag, faceId);
    return true;
  } catch {
    return false;
  }
}
