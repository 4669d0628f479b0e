/** The JSON bodies of the operations. */
import { type BodyTable, type BodyValues, hasMember, jsonObject, readBody } from "./body-fields.js";
import { ContractError } from "./errors.js";
import { limits } from "./limits.js";
import { findSimilarMatchModes } from "./names.js";

/** The JSON body of detect, where no bytes are sent. */
export const urlBody = {
  url: { kind: "address", meaning: "The http or https address of a picture." },
} as const satisfies BodyTable;

/** The JSON body of verify. */
export const verifyBody = {
  faceId1: { kind: "faceId", meaning: "The faceId of one face." },
  faceId2: { kind: "faceId", meaning: "The faceId of another." },
} as const satisfies BodyTable;

/** The JSON body of findSimilar. Face lists are not served, so `faceIds` is required. */
export const findSimilarBody = {
  faceId: { kind: "faceId", meaning: "The faceId of the face to search for." },
  maxNumOfCandidatesReturned: {
    kind: "count",
    ...limits.findSimilar.maxNumOfCandidatesReturned,
    fallback: limits.findSimilar.maxNumOfCandidatesReturned.default,
    error: "candidateCountInvalid",
    meaning: "The largest number of candidates to answer.",
  },
  mode: {
    kind: "choice",
    words: findSimilarMatchModes,
    fallback: "matchPerson",
    error: "modeInvalid",
    meaning: "matchPerson answers only faces of the same person; matchFace ranks all faces.",
  },
  faceIds: {
    kind: "faceIdList",
    ...limits.findSimilar.faceIds,
    meaning: "The faceIds to search in.",
  },
} as const satisfies BodyTable;

/** The JSON body of group. */
export const groupBody = {
  faceIds: { kind: "faceIdList", ...limits.group.faceIds, meaning: "The faceIds to group." },
} as const satisfies BodyTable;

/** The checked body of verify; faceIds are in lower case, and may be the same. */
export type VerifyBody = BodyValues<typeof verifyBody>;
/** The checked body of findSimilar with defaults filled in; faceIds are in lower case. */
export type FindSimilarBody = BodyValues<typeof findSimilarBody>;
/** The checked body of group; faceIds are in lower case. */
export type GroupBody = BodyValues<typeof groupBody>;

/**
 * @throws ContractError `personUnsupported` when it names a person instead of a second face, otherwise as
 *   {@link readBody}.
 */
export function readVerifyBody(body: unknown): VerifyBody {
  const object = jsonObject(body);
  // The same path compares a face with a person; which is meant shows in the members.
  if (!hasMember(object, "faceId1") && hasMember(object, "personId"))
    throw new ContractError("personUnsupported");
  return readBody(verifyBody, object);
}

/**
 * Exactly one of `faceIds`, `faceListId` and `largeFaceListId` must be there; null counts as absent.
 * @throws ContractError `faceListsAllNull` for none of them, `faceListsSeveral` for more than one,
 *   `faceListUnsupported` for a face list, otherwise as {@link readBody}.
 */
export function readFindSimilarBody(body: unknown): FindSimilarBody {
  const object = jsonObject(body);
  const { faceId } = findSimilarBody;
  readBody({ faceId }, object);
  const given = ["faceIds", "faceListId", "largeFaceListId"].filter((name) =>
    hasMember(object, name),
  );
  if (given.length === 0) throw new ContractError("faceListsAllNull");
  if (given.length > 1) throw new ContractError("faceListsSeveral");
  if (given[0] !== "faceIds") throw new ContractError("faceListUnsupported");
  return readBody(findSimilarBody, object);
}

/** @throws ContractError as {@link readBody}. */
export function readGroupBody(body: unknown): GroupBody {
  return readBody(groupBody, body);
}

/**
 * The address of a picture.
 * @throws ContractError `sessionImageUnsupported` when it names the image of a liveness session instead, otherwise as
 *   {@link readBody}.
 */
export function readUrlBody(body: unknown): string {
  const object = jsonObject(body);
  if (!hasMember(object, "url") && hasMember(object, "sessionImageId"))
    throw new ContractError("sessionImageUnsupported");
  return readBody(urlBody, object).url;
}
