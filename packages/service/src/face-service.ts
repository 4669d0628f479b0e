/** The four operations of the contract, without HTTP. */
import { randomUUID } from "node:crypto";
import type { DetectParameters } from "@mien/contract/detect-parameters";
import { ContractError } from "@mien/contract/errors";
import { limits } from "@mien/contract/limits";
import type { FaceRecognitionModel } from "@mien/contract/names";
import type { FindSimilarBody, GroupBody, VerifyBody } from "@mien/contract/request-bodies";
import type {
  FaceDetectionResult,
  FaceFindSimilarResult,
  FaceGroupingResult,
  FaceVerificationResult,
} from "@mien/contract/results";
import type { Grouper } from "@mien/gallery/grouper";
import {
  confidenceOf,
  type MatchCalibration,
  matchConfidence,
  searchLogit,
} from "@mien/gallery/matching";
import {
  type FaceStore,
  type NewFace,
  StoreUnavailableError,
  type StoredFace,
} from "@mien/gallery/store";
import {
  type AnalyzedFace,
  type FaceAnalyzer,
  OverloadError,
  type PictureAnalysis,
  PictureError,
  type StageTimes,
} from "@mien/vision/analysis";
import { wireAttributes, wireLandmarks } from "./wire-values.js";

/** What the operations are made of. */
export interface FaceServiceParts {
  readonly analyzer: FaceAnalyzer;
  readonly store: FaceStore;
  readonly grouper: Grouper;
  readonly calibration: (model: FaceRecognitionModel) => MatchCalibration;
}

/** The faces as they travel, and when each stage of the analysis ran. */
export interface DetectionAnswer {
  readonly faces: FaceDetectionResult[];
  readonly timings: StageTimes;
}

/** Every method throws {@link ContractError} for what the caller did wrong or what cannot be answered now. */
export interface FaceService {
  detect(
    tenant: string,
    picture: Uint8Array,
    parameters: DetectParameters,
    signal?: AbortSignal,
  ): Promise<DetectionAnswer>;
  verify(tenant: string, body: VerifyBody): Promise<FaceVerificationResult>;
  findSimilar(tenant: string, body: FindSimilarBody): Promise<FaceFindSimilarResult[]>;
  group(tenant: string, body: GroupBody): Promise<FaceGroupingResult>;
}

/** Confidences travel with five decimals. */
function rounded(confidence: number): number {
  return Math.round(confidence * 1e5) / 1e5;
}

function likestFirst(a: { confidence: number }, b: { confidence: number }): number {
  return b.confidence - a.confidence;
}

/** The operations over parts that are already open; closing them stays with the caller. */
export function createFaceService(parts: FaceServiceParts): FaceService {
  async function analyze(
    picture: Uint8Array,
    parameters: DetectParameters,
    signal: AbortSignal | undefined,
  ): Promise<PictureAnalysis> {
    try {
      return await parts.analyzer.analyze(
        picture,
        {
          detectionModel: parameters.detectionModel,
          ...(parameters.returnFaceId ? { recognitionModel: parameters.recognitionModel } : {}),
          landmarks: parameters.returnFaceLandmarks,
          attributes: parameters.returnFaceAttributes,
          maximumFaces: limits.facesPerPicture,
        },
        signal,
      );
    } catch (error) {
      if (error instanceof PictureError)
        throw new ContractError(error.fault === "tooManyPixels" ? "imageTooBig" : "imageInvalid", {
          cause: error,
        });
      if (error instanceof OverloadError)
        throw new ContractError("overloaded", { retryAfterSeconds: error.retryAfterSeconds });
      throw error;
    }
  }

  async function fromStore<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreUnavailableError)
        throw new ContractError("storeUnavailable", { cause: error, retryAfterSeconds: 1 });
      throw error;
    }
  }

  /** All of the faces, of one recognition model, or the error of the operation. */
  async function storedFaces(
    tenant: string,
    faceIds: readonly string[],
    missing: "faceNotFound" | "faceNotFoundInVerify",
  ): Promise<{ faces: StoredFace[]; calibration: MatchCalibration }> {
    const found = await fromStore(() => parts.store.get(tenant, faceIds));
    const faces: StoredFace[] = [];
    for (const face of found) if (face !== undefined) faces.push(face);
    const [first] = faces;
    if (first === undefined || faces.length < faceIds.length) throw new ContractError(missing);
    for (const face of faces)
      if (face.recognitionModel !== first.recognitionModel)
        throw new ContractError("recognitionModelIncompatible");
    return {
      faces,
      calibration: parts.calibration(first.recognitionModel as FaceRecognitionModel),
    };
  }

  return {
    async detect(tenant, picture, parameters, signal) {
      const { faces, timings } = await analyze(picture, parameters, signal);
      // Nobody would ever learn the faceIds, so there is no reason to keep the faces.
      signal?.throwIfAborted();
      const stored = faces.flatMap((face): NewFace[] =>
        face.embedding === undefined
          ? []
          : [
              {
                faceId: randomUUID(),
                recognitionModel: parameters.recognitionModel,
                embedding: face.embedding,
              },
            ],
      );
      await fromStore(() => parts.store.put(tenant, stored, parameters.faceIdTimeToLive * 1000));
      return {
        faces: faces.map((face, index) => detectionResult(face, stored[index]?.faceId, parameters)),
        timings,
      };
    },

    async verify(tenant, { faceId1, faceId2 }) {
      const { faces, calibration } = await storedFaces(
        tenant,
        [faceId1, faceId2],
        "faceNotFoundInVerify",
      );
      const confidence = rounded(
        matchConfidence(faces[0]!.embedding, faces[1]!.embedding, calibration),
      );
      return { isIdentical: confidence >= limits.samePersonConfidence, confidence };
    },

    async findSimilar(tenant, { faceId, faceIds, maxNumOfCandidatesReturned, mode }) {
      // A face that is named again is no other stranger, and no other candidate.
      const { faces, calibration } = await storedFaces(
        tenant,
        [faceId, ...new Set(faceIds)],
        "faceNotFound",
      );
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
    },

    async group(tenant, body) {
      // Sorted, so that the same faces make the same groups in whatever order they are named.
      const faceIds = [...new Set(body.faceIds)].sort();
      const { faces, calibration } = await storedFaces(tenant, faceIds, "faceNotFound");
      const { groups, ungrouped } = await parts.grouper.group(
        faces.map((face) => face.embedding),
        calibration,
      );
      const name = (index: number): string => faceIds[index]!;
      return { groups: groups.map((group) => group.map(name)), messyGroup: ungrouped.map(name) };
    },
  };
}

/** Members in the order of the service's own answers. */
function detectionResult(
  face: AnalyzedFace,
  faceId: string | undefined,
  parameters: DetectParameters,
): FaceDetectionResult {
  const { top, left, width, height } = face.rectangle;
  return {
    ...(faceId === undefined ? {} : { faceId }),
    faceRectangle: { top, left, width, height },
    ...(face.landmarks === undefined ? {} : { faceLandmarks: wireLandmarks(face.landmarks) }),
    ...(face.attributes === undefined ? {} : { faceAttributes: wireAttributes(face.attributes) }),
    ...(parameters.returnRecognitionModel && faceId !== undefined
      ? { recognitionModel: parameters.recognitionModel }
      : {}),
  };
}
