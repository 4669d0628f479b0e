/** A look at every face of the embedded store. */
import { readHeader } from "./face-record.js";
import type { LmdbParts } from "./lmdb-parts.js";
import { openRecord } from "./lmdb-reading.js";
import type { Examination } from "./store.js";

/** Opens every face, and looks for those that the index alone still has. */
export function examineFaces(
  parts: Pick<LmdbParts, "access" | "faces" | "keys" | "time">,
): Examination {
  const now = parts.time.now();
  let [faces, damaged] = [0, 0];
  try {
    for (const piece of parts.faces.pieces())
      for (const one of piece) {
        try {
          const header = readHeader(one.record);
          if (header.expiresAt <= now) continue;
          faces++;
          openRecord(parts, one, header);
          if (!parts.faces.isIndexed(one.faceKey, header)) damaged++;
        } catch {
          damaged++;
        }
      }
    // Every expiry has its face: a face that is missing from a damaged page is noticed here.
    for (const faceKey of parts.faces.indexedAfter(now)) if (!parts.faces.has(faceKey)) damaged++;
  } catch {
    damaged++;
  }
  return { faces, damaged };
}
