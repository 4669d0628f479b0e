/**
 * The port that every face store implements; `store.conformance.ts` is the suite that each adapter passes.
 */

export interface StoredFace {
  /** Lower-case UUID. */
  readonly faceId: string;
  /** Name of the recognition model that made the embedding; embeddings of different models are never compared. */
  readonly recognitionModel: string;
  readonly embedding: Float32Array;
  /** Milliseconds since the epoch; from this instant on the face is not found. */
  readonly expiresAt: number;
}

export interface StoreStatistics {
  /** Faces not yet expired, as far as the store can tell cheaply. */
  readonly liveFaces: number;
  readonly bytesOnDisk: number;
  /** Faces that this process has removed since it opened the store because their time had come. */
  readonly expiredFaces: number;
}

/** The store cannot answer now (disk full, server gone): the request fails, the answer is never wrong. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
}

export interface FaceStore {
  /** Resolves once the faces would survive `kill -9` of this process. */
  put(tenant: string, faces: readonly StoredFace[]): Promise<void>;
  /** One entry for each id, in order; `undefined` for ids unknown, expired or of another tenant, without distinction. */
  get(tenant: string, faceIds: readonly string[]): Promise<(StoredFace | undefined)[]>;
  /** Forgets every face of a tenant. Returns how many there were. */
  erase(tenant: string): Promise<number>;
  statistics(): Promise<StoreStatistics>;
  close(): Promise<void>;
}
