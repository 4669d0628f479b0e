/** Faces of the store for the operations that compare them; its failures become errors of the contract. */
import { ContractError } from "@mien/contract/errors";
import type { FaceRecognitionModel } from "@mien/contract/names";
import type { MatchCalibration } from "@mien/gallery/matching";
import { type FaceStore, StoreUnavailableError, type StoredFace } from "@mien/gallery/store";

/** Where faces are stored, and how those of a recognition model are compared. */
export interface FaceSource {
  readonly store: FaceStore;
  readonly calibration: (model: FaceRecognitionModel) => MatchCalibration;
}

/** @throws ContractError `storeUnavailable` when the store cannot answer now. */
export async function fromStore<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreUnavailableError)
      throw new ContractError("storeUnavailable", { cause: error, retryAfterSeconds: 1 });
    throw error;
  }
}

/**
 * All of the faces in the order of their ids, and the calibration of the one recognition model that they share.
 * @param missing the error when one of them is not found.
 * @throws ContractError `missing`, `recognitionModelIncompatible`, `storeUnavailable`
 */
export async function storedFaces(
  { store, calibration }: FaceSource,
  tenant: string,
  faceIds: readonly string[],
  missing: "faceNotFound" | "faceNotFoundInVerify",
): Promise<{ faces: StoredFace[]; calibration: MatchCalibration }> {
  const found = await fromStore(() => store.get(tenant, faceIds));
  const faces: StoredFace[] = [];
  for (const face of found) if (face !== undefined) faces.push(face);
  const [first] = faces;
  if (first === undefined || faces.length < faceIds.length) throw new ContractError(missing);
  for (const face of faces)
    if (face.recognitionModel !== first.recognitionModel)
      throw new ContractError("recognitionModelIncompatible");
  return { faces, calibration: calibration(first.recognitionModel as FaceRecognitionModel) };
}
