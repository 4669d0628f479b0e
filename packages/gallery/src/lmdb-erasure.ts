/** Forgetting a tenant of the embedded store. */
import { setImmediate } from "node:timers/promises";
import type { RecordHeader } from "./face-record.js";
import { headerOf, type KeyedRecord } from "./lmdb-face-table.js";
import { requireFormat } from "./lmdb-format.js";
import type { LmdbParts } from "./lmdb-parts.js";
import type { Erasure } from "./store.js";

/** First the tenant's keys, then the records, then a second look. */
export async function eraseTenant(
  { access, faces, keys }: Pick<LmdbParts, "access" | "faces" | "keys">,
  tag: Buffer,
): Promise<Erasure> {
  const keysDestroyed = await access.write(() => {
    requireFormat(access.databases);
    return keys.destroyTenant(tag);
  });
  // What was put after this instant has a key of its own and is none of what is to be erased.
  const isErased = ({ header }: { header: RecordHeader | undefined }): boolean => {
    // Nothing opens it.
    if (header === undefined) return true;
    const key = keys.find(header.keyId, header.keyEnd);
    return key === "destroyed" || key === undefined;
  };
  const erasedOf = (piece: readonly KeyedRecord[]) =>
    access.read(() =>
      piece.map(({ faceKey, record }) => ({ faceKey, header: headerOf(record) })).filter(isErased),
    );
  let erased = 0;
  for (const piece of faces.pieces(tag)) {
    const going = erasedOf(piece);
    await access.write(() => {
      for (const { faceKey, header } of going) faces.remove(faceKey, header);
    });
    erased += going.length;
  }
  // Of a damaged record it is not known where the index has it: until its time, the face would seem to be missing.
  if (!access.read(() => faces.isInStep()))
    for (const strays of faces.strays(tag)) {
      if (strays.length > 0) await access.write(() => faces.removeStrays(strays));
      await setImmediate();
    }
  let left = 0;
  for (const piece of faces.pieces(tag)) left += erasedOf(piece).length;
  return { faces: erased, keysDestroyed, left };
}
