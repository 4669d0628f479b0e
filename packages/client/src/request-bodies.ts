/** The JSON bodies of the operations, as programs give them and as they are sent. */
import type { AbortSignalLike } from "@azure/abort-controller";
import type { FindSimilarMatchMode } from "@mien/contract/names";
import type { Known } from "@mien/contract/results";
import { isBodySource, readBody } from "./body-source.js";

/** The picture to analyse. */
export interface DetectFromUrlRequest {
  /** Absolute `http:` or `https:` address from which the service can download the picture. */
  url: string;
}

/** The face to search for, and the faces to search. */
export interface FindSimilarRequest {
  /** The face to search for, from detect. */
  faceId: string;
  /** Candidates from detect, 1..1000, of the same recognition model. */
  faceIds: readonly string[];
  /** Largest number of candidates to answer, 1..1000. The service's default is 20. */
  maxNumOfCandidatesReturned?: number;
  /**
   * `matchPerson`, the service's default, answers only candidates above the same-person threshold; `matchFace` answers the
   * most similar candidates, however low their confidence.
   */
  mode?: Known<FindSimilarMatchMode>;
}

/** The faces to group. */
export interface GroupRequest {
  /** Faces from detect, 2..1000, of the same recognition model. */
  faceIds: readonly string[];
}

/** The two faces to compare. */
export interface VerifyFaceToFaceRequest {
  /** One face, from detect. */
  faceId1: string;
  /** The other face, from detect, of the same recognition model. */
  faceId2: string;
}

/**
 * A body as it is sent; prepared bytes are sent as they are.
 * @param required members without which nothing is sent.
 * @throws TypeError when one of them is missing; otherwise as {@link readBody}.
 */
export async function jsonBody(
  body: object | undefined,
  required: readonly string[],
  signal: AbortSignalLike | undefined,
): Promise<Uint8Array | string> {
  if (isBodySource(body)) return readBody(body, signal);
  const members = (body ?? {}) as Readonly<Record<string, unknown>>;
  for (const name of required) {
    if (members[name] === undefined) {
      throw new TypeError(`missing required argument: ${name}`);
    }
  }
  return JSON.stringify(body);
}
