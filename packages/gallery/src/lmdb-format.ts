/** The format of the embedded store's database as a whole; records have a format of their own. */
import type { FaceDatabases } from "./lmdb-databases.js";
import { insertFaces } from "./lmdb-insertion.js";
import type { LmdbParts } from "./lmdb-parts.js";
import { otherUsers } from "./lmdb-users.js";
import { faceIdBytes, tenantTag } from "./sealing.js";
import { StoreUnavailableError } from "./store.js";
import { closeFormat1, format1IsClosed, readFormat1 } from "./upgrade-format-1.js";

/** A process of an older version does not write to it. */
const storeFormat = 3;
/** Like this one, but its processes open the database while others commit. */
const formatWithoutGate = 2;

const recordKey = "format";

function formatOf({ meta }: FaceDatabases): number | undefined {
  return meta.get(recordKey)?.[0];
}

/** Another process may have upgraded the store since this one opened it. @throws StoreUnavailableError */
export function requireFormat(databases: FaceDatabases): void {
  const format = formatOf(databases);
  if (format !== storeFormat)
    throw new StoreUnavailableError(
      `the face store has format ${format}, this version of mien writes format ${storeFormat}: run the newer version`,
    );
}

/**
 * Brings a store to this version's format, while nobody commits. A start writes only what is missing: a store that cannot be
 * written can still be read and backed up.
 * @throws StoreUnavailableError
 */
export function bringToFormat(directory: string, parts: LmdbParts): void {
  const { databases } = parts.access;
  const format = formatOf(databases);
  if (format === undefined || format === formatWithoutGate || !format1IsClosed(directory)) {
    if (format === formatWithoutGate) refuseWhileUsed(databases);
    databases.root.transactionSync(() => {
      if (format === undefined || format === formatWithoutGate)
        void databases.meta.put(recordKey, Buffer.of(storeFormat));
      requireFormat(databases);
      takeOverFormat1(directory, parts);
    });
    // In a transaction of its own: after the faces are on the disk, and never by two processes at once.
    databases.root.transactionSync(() => closeFormat1(directory));
  }
  requireFormat(databases);
}

/** A process of a version without the gate would open the database while this one commits. @throws StoreUnavailableError */
function refuseWhileUsed({ root }: FaceDatabases): void {
  const others = otherUsers(root);
  if (others.length > 0)
    throw new StoreUnavailableError(
      `process ${others.join(", ")} of an older version still uses it: stop it, then start again`,
    );
}

/** In a transaction. */
function takeOverFormat1(directory: string, parts: LmdbParts): void {
  const now = parts.time.advance();
  readFormat1(directory, ({ tenant, faceId, expiresAt, ...template }) => {
    const id = faceIdBytes(faceId);
    if (id !== undefined && expiresAt > now)
      insertFaces(parts, tenantTag(tenant), [{ id, template }], expiresAt);
  });
}
