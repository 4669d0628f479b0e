/** The operations that compare stored faces: verify, findSimilar and group. */
import { limits } from "@mien/contract/limits";
import type { FindSimilarBody, GroupBody, VerifyBody } from "@mien/contract/request-bodies";
import type {
  FaceFindSimilarResult,
  FaceGroupingResult,
  FaceVerificationResult,
} from "@mien/contract/results";
import type { Grouper } from "@mien/gallery/grouper";
import { confidenceOf, matchConfidence, searchLogit } from "@mien/gallery/matching";
import { type FaceSource, storedFaces } from "./stored-faces.js";

/** @throws ContractError `faceNotFoundInVerify`, `recognitionModelIncompatible`, `storeUnavailable` */
export async function verifyFaces(
  source: FaceSource,
  tenant: string,
  { faceId1, faceId2 }: VerifyBody,
): Promise<FaceVerificationResult> {
  const { faces, calibration } = await storedFaces(
    source,
    tenant,
    [faceId1, faceId2],
    "faceNotFoundInVerify",
  );
  const confidence = rounded(
    matchConfidence(faces[0]!.embedding, faces[1]!.embedding, calibration),
  );
  return { isIdentical: confidence >= limits.samePersonConfidence, confidence };
}

/** @throws ContractError `faceNotFound`, `recognitionModelIncompatible`, `storeUnavailable` */
export async function findSimilarFaces(
  source: FaceSource,
  tenant: string,
  { faceId, faceIds, maxNumOfCandidatesReturned, mode }: FindSimilarBody,
  signal?: AbortSignal,
): Promise<FaceFindSimilarResult[]> {
  // A face that is named again is no other stranger, and no other candidate.
  const { faces, calibration } = await storedFaces(
    source,
    tenant,
    [faceId, ...new Set(faceIds)],
    "faceNotFound",
  );
  signal?.throwIfAborted();
  const [query, ...candidates] = faces;
  // A set holds many strangers, so one pair's threshold would let some of them in.
  const least =
    mode === "matchFace" ? 0 : confidenceOf(searchLogit(calibration, candidates.length));
  const similar: { faceId: string; confidence: number }[] = [];
  for (const { faceId, embedding } of candidates) {
    const confidence = matchConfidence(query!.embedding, embedding, calibration);
    if (confidence >= least) similar.push({ faceId, confidence });
  }
  similar.sort(likestFirst).splice(maxNumOfCandidatesReturned);
  // Ranked by what they are before they are rounded.
  for (const one of similar) one.confidence = rounded(one.confidence);
  return similar;
}

/** @throws ContractError `faceNotFound`, `recognitionModelIncompatible`, `storeUnavailable` */
export async function groupFaces(
  source: FaceSource & { readonly grouper: Grouper },
  tenant: string,
  body: GroupBody,
  signal?: AbortSignal,
): Promise<FaceGroupingResult> {
  // Sorted, so that the same faces make the same groups in whatever order they are named.
  const faceIds = [...new Set(body.faceIds)].sort();
  const { faces, calibration } = await storedFaces(source, tenant, faceIds, "faceNotFound");
  signal?.throwIfAborted();
  const { groups, ungrouped } = await source.grouper.group(
    faces.map((face) => face.embedding),
    calibration,
  );
  const name = (index: number): string => faceIds[index]!;
  return { groups: groups.map((group) => group.map(name)), messyGroup: ungrouped.map(name) };
}

/** Confidences travel with five decimals. */
function rounded(confidence: number): number {
  return Math.round(confidence * 1e5) / 1e5;
}

function likestFirst(a: { confidence: number }, b: { confidence: number }): number {
  return b.confidence - a.confidence;
}
