/** New faces on their way into the embedded store. */
import { keyEndOf, sealFace } from "./face-record.js";
import { faceKeyOf } from "./lmdb-keys.js";
import type { LmdbParts } from "./lmdb-parts.js";
import type { Template } from "./template-codec.js";

/**
 * Seals faces of a tenant and places them. In a transaction; all that can fail comes before the first write, for a transaction
 * that fails midway is not undone.
 */
export function insertFaces(
  { faces, keys, masterKey }: Pick<LmdbParts, "faces" | "keys" | "masterKey">,
  tag: Buffer,
  templates: readonly { readonly id: Buffer; readonly template: Template }[],
  expiresAt: number,
): void {
  const key = keys.forWriting(tag, keyEndOf(expiresAt), masterKey.current());
  const records = templates.map(({ id, template }) => ({
    faceKey: faceKeyOf(tag, id),
    record: sealFace(template, { key, expiresAt, tag, faceId: id }),
  }));
  for (const record of records) faces.place(record, expiresAt);
}
