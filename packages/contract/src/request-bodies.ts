/** The JSON bodies: reading and checking them. JSON null equals absence. */
import { ContractError } from "./errors.js";
import { limits } from "./limits.js";
import { type FindSimilarMatchMode, findSimilarMatchModes } from "./names.js";

export interface VerifyBody {
  readonly faceId1: string;
  readonly faceId2: string;
}

export interface FindSimilarBody {
  readonly faceId: string;
  readonly faceIds: readonly string[];
  readonly maxNumOfCandidatesReturned: number;
  readonly mode: FindSimilarMatchMode;
}

export interface GroupBody {
  readonly faceIds: readonly string[];
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type JsonObject = Readonly<Record<string, unknown>>;

function jsonObject(body: unknown): JsonObject {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new ContractError("bodyInvalid");
  return body as JsonObject;
}

function present(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function readFaceId(value: unknown): string {
  if (!present(value)) throw new ContractError("bodyInvalid");
  if (typeof value !== "string") throw new ContractError("bodyInvalid");
  const faceId = value.toLowerCase();
  if (!uuid.test(faceId)) throw new ContractError("faceIdInvalid");
  return faceId;
}

function readFaceIds(
  value: unknown,
  range: { readonly minimum: number; readonly maximum: number },
): string[] {
  if (!Array.isArray(value)) throw new ContractError("bodyInvalid");
  if (value.length < range.minimum || value.length > range.maximum)
    throw new ContractError("faceIdsLengthInvalid");
  return value.map(readFaceId);
}

/** @throws ContractError */
export function readVerifyBody(body: unknown): VerifyBody {
  const { faceId1, faceId2 } = jsonObject(body);
  return { faceId1: readFaceId(faceId1), faceId2: readFaceId(faceId2) };
}

/** @throws ContractError */
export function readFindSimilarBody(body: unknown): FindSimilarBody {
  const object = jsonObject(body);
  const faceId = readFaceId(object["faceId"]);
  const given = ["faceIds", "faceListId", "largeFaceListId"].filter((name) =>
    present(object[name]),
  );
  if (given.length === 0) throw new ContractError("faceListsAllNull");
  if (given.length > 1) throw new ContractError("faceListsSeveral");
  if (given[0] !== "faceIds") throw new ContractError("faceListUnsupported");
  const bounds = limits.findSimilar.maxNumOfCandidatesReturned;
  const count = object["maxNumOfCandidatesReturned"] ?? bounds.default;
  if (
    typeof count !== "number" ||
    !Number.isInteger(count) ||
    count < bounds.minimum ||
    count > bounds.maximum
  )
    throw new ContractError("candidateCountInvalid");
  const word = object["mode"] ?? "matchPerson";
  const mode = findSimilarMatchModes.find(
    (candidate) => typeof word === "string" && candidate.toLowerCase() === word.toLowerCase(),
  );
  if (mode === undefined) throw new ContractError("modeInvalid");
  return {
    faceId,
    faceIds: readFaceIds(object["faceIds"], limits.findSimilar.faceIds),
    maxNumOfCandidatesReturned: count,
    mode,
  };
}

/** @throws ContractError */
export function readGroupBody(body: unknown): GroupBody {
  return { faceIds: readFaceIds(jsonObject(body)["faceIds"], limits.group.faceIds) };
}

/** The address of a picture. @throws ContractError */
export function readUrlBody(body: unknown): string {
  const { url } = jsonObject(body);
  if (typeof url !== "string") throw new ContractError("bodyInvalid");
  return url;
}
