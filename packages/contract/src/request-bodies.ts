/** The JSON bodies of the operations. */
import { type BodyTable, type BodyValues, hasMember, jsonObject, readBody } from "./body-fields.js";
import { ContractError } from "./errors.js";
import { limits } from "./limits.js";
import { findSimilarMatchModes } from "./names.js";

export const urlBody = {
  url: { kind: "address", meaning: "The http or https address of a picture." },
} as const satisfies BodyTable;

export const verifyBody = {
  faceId1: { kind: "faceId", meaning: "The faceId of one face." },
  faceId2: { kind: "faceId", meaning: "The faceId of another." },
} as const satisfies BodyTable;

export const findSimilarBody = {
  faceId: { kind: "faceId", meaning: "The faceId of the face to search for." },
  maxNumOfCandidatesReturned: {
    kind: "count",
    ...limits.findSimilar.maxNumOfCandidatesReturned,
    fallback: limits.findSimilar.maxNumOfCandidatesReturned.default,
    error: "candidateCountInvalid",
    meaning: "How many candidates to answer at most.",
  },
  mode: {
    kind: "choice",
    words: findSimilarMatchModes,
    fallback: "matchPerson",
    error: "modeInvalid",
    meaning: "matchPerson answers only faces of the same person; matchFace ranks all.",
  },
  faceIds: {
    kind: "faceIdList",
    ...limits.findSimilar.faceIds,
    meaning: "The faceIds to search in.",
  },
} as const satisfies BodyTable;

export const groupBody = {
  faceIds: { kind: "faceIdList", ...limits.group.faceIds, meaning: "The faceIds to group." },
} as const satisfies BodyTable;

export type VerifyBody = BodyValues<typeof verifyBody>;
export type FindSimilarBody = BodyValues<typeof findSimilarBody>;
export type GroupBody = BodyValues<typeof groupBody>;

/** @throws ContractError */
export function readVerifyBody(body: unknown): VerifyBody {
  const object = jsonObject(body);
  // The same path compares a face with a person; which is meant shows in the members.
  if (!hasMember(object, "faceId1") && hasMember(object, "personId"))
    throw new ContractError("personUnsupported");
  return readBody(verifyBody, object);
}

/** @throws ContractError */
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

/** @throws ContractError */
export function readGroupBody(body: unknown): GroupBody {
  return readBody(groupBody, body);
}

/** The address of a picture. @throws ContractError */
export function readUrlBody(body: unknown): string {
  const object = jsonObject(body);
  if (!hasMember(object, "url") && hasMember(object, "sessionImageId"))
    throw new ContractError("sessionImageUnsupported");
  return readBody(urlBody, object).url;
}
