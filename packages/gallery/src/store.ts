/**
 * The port that every face store implements; `tests/store/conformance.ts` is the suite that each adapter passes.
 */

/** A face to be kept. */
export interface NewFace {
  /** Lower-case UUID. */
  readonly faceId: string;
  /** Name of the recognition model that made the embedding; embeddings of different models are never compared. */
  readonly recognitionModel: string;
  /** Unit vectors of the model's networks, concatenated. */
  readonly embedding: Float32Array;
}

/** A face as it is given back: its embedding is what the store's precision holds. */
export interface StoredFace extends NewFace {
  /** Milliseconds of the store's time; from this instant on the face is not found. */
  readonly expiresAt: number;
}

/** What a store tells of itself. */
export interface StoreStatistics {
  /**
   * Faces stored, those included that have expired and are not yet swept; of Redis all keys of its servers, which are some
   * more. {@link MaintainedStore.count} takes longer and is exact.
   */
  readonly liveFaces: number;
  /** Bytes of the store's files, or of the memory of its servers. */
  readonly bytesOnDisk: number;
  /**
   * Faces that this process has removed since it opened the store because their time had come; of Redis, which removes them
   * itself, all keys that its masters have expired since they started.
   */
  readonly expiredFaces: number;
  /** Where the store is, without credentials. */
  readonly place: string;
}

/** What an erasure found. */
export interface Erasure {
  /** Faces that were there and are gone. */
  readonly faces: number;
  /** Keys of the tenant, one for each bucket of expiry. */
  readonly keysDestroyed: number;
  /** Faces of the erased kind that a second look found; 0 unless the store is damaged. */
  readonly left: number;
}

/** A face as it lies in a store: sealed, readable only while its bucket's key lives. */
export interface SealedFace {
  /** 16 bytes of the tenant's hash. */
  readonly tenantTag: Buffer;
  /** The 16 bytes of the UUID. */
  readonly faceId: Buffer;
  /** Header and sealed template, as `face-record.ts` writes them. */
  readonly record: Buffer;
}

/** What became of the faces of a backup. The three add up to the faces that it holds. */
export interface Restoration {
  /** Faces that can be used now, until they expire as before; those included that were in the store already. */
  readonly restored: number;
  /** Faces whose time is over. */
  readonly expired: number;
  /** Their keys are destroyed or unknown here: expired, erased, or of another installation. */
  readonly unreadable: number;
}

/** What a look at every face found. */
export interface Examination {
  /** Faces whose time is not over. */
  readonly faces: number;
  /** Faces that cannot be opened although their time is not over. */
  readonly damaged: number;
}

/** The store cannot answer now (disk full, server gone): the request fails, the answer is never wrong. */
export class StoreUnavailableError extends Error {
  override readonly name: string = "StoreUnavailableError";
}

/** The store cannot be opened as it is configured: waiting does not help, changing a setting or its file does. */
export class StoreSettingError extends StoreUnavailableError {
  override readonly name = "StoreSettingError";
}

/** What serving requests needs. Every method throws {@link StoreUnavailableError} when it cannot be done now. */
export interface FaceStore {
  /**
   * Keeps faces for so long. Resolves once they would survive `kill -9` of this process, and of the store's servers as far
   * as it is configured.
   * @param timeToLive milliseconds.
   */
  put(tenant: string, faces: readonly NewFace[], timeToLive: number): Promise<void>;
  /** One entry for each id, in order; `undefined` for ids unknown, expired or of another tenant, without distinction. */
  get(tenant: string, faceIds: readonly string[]): Promise<(StoredFace | undefined)[]>;
  close(): Promise<void>;
}

/** What operating a store needs besides; all of it while servers serve from it. */
export interface MaintainedStore extends FaceStore {
  /**
   * Removes what has expired and destroys the keys of buckets that are over; costs what expired, not what lives. Returns how
   * many faces went.
   */
  sweep(): Promise<number>;
  /** Forgets every face of a tenant: first its keys, then the records, then a second look. */
  erase(tenant: string): Promise<Erasure>;
  /** Every face, sealed as it lies there, by batches; a record whose header cannot be read is passed over. */
  sealed(): AsyncIterable<readonly SealedFace[]>;
  /** Puts sealed faces back whose keys still live. */
  restore(faces: readonly SealedFace[]): Promise<Restoration>;
  /** Wraps every key anew with the first master key. Returns how many were wrapped otherwise. */
  rewrap(): Promise<number>;
  /**
   * Writes the files anew that a store's servers keep by themselves, so that nothing that is over or erased lies in them; a
   * store without such files has nothing to do. Returns how many servers did.
   */
  scrub(): Promise<number>;
  /** Opens every face. */
  examine(): Promise<Examination>;
  /** How many faces are stored; Redis is walked through for it. */
  count(): Promise<number>;
  /** What can be told at once, however many faces there are. */
  statistics(): Promise<StoreStatistics>;
}
