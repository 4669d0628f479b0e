/** What an embedded store consists of once it is open. */
import type { BucketKeyFiles } from "./bucket-key-files.js";
import type { LmdbAccess } from "./lmdb-access.js";
import type { LmdbFaceTable } from "./lmdb-face-table.js";
import type { LmdbMasterKey } from "./lmdb-master-key.js";
import type { LmdbTime } from "./lmdb-time.js";

/** What the operations on a store work with; each takes those parts that it needs. */
export interface LmdbParts {
  readonly access: LmdbAccess;
  readonly faces: LmdbFaceTable;
  readonly keys: BucketKeyFiles;
  readonly masterKey: LmdbMasterKey;
  readonly time: LmdbTime;
}
