/** The operation detect: analyses a picture and stores the faces that get a faceId. */
import { randomUUID } from "node:crypto";
import type { DetectParameters } from "@mien/contract/detect-parameters";
import { ContractError } from "@mien/contract/errors";
import { limits } from "@mien/contract/limits";
import type { FaceDetectionResult } from "@mien/contract/results";
import type { FaceStore, NewFace } from "@mien/gallery/store";
import {
  type AnalyzedFace,
  type FaceAnalyzer,
  OverloadError,
  type PictureAnalysis,
  PictureError,
  type StageTimes,
} from "@mien/vision/analysis";
import { fromStore } from "./stored-faces.js";
import { wireAttributes, wireLandmarks } from "./wire-values.js";

/** The faces as they travel, and when each stage of the analysis ran. */
export interface DetectionAnswer {
  readonly faces: FaceDetectionResult[];
  readonly timings: StageTimes;
}

/**
 * @param signal fires when the caller is gone; no face is stored then.
 * @throws ContractError `imageInvalid`, `imageTooBig`, `overloaded`, `storeUnavailable`
 */
export async function detectFaces(
  { analyzer, store }: { readonly analyzer: FaceAnalyzer; readonly store: FaceStore },
  tenant: string,
  picture: Uint8Array,
  parameters: DetectParameters,
  signal: AbortSignal | undefined,
): Promise<DetectionAnswer> {
  const { faces, timings } = await analyze(analyzer, tenant, picture, parameters, signal);
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
  await fromStore(() => store.put(tenant, stored, parameters.faceIdTimeToLive * 1000));
  return {
    faces: faces.map((face, index) => detectionResult(face, stored[index]?.faceId, parameters)),
    timings,
  };
}

async function analyze(
  analyzer: FaceAnalyzer,
  tenant: string,
  picture: Uint8Array,
  parameters: DetectParameters,
  signal: AbortSignal | undefined,
): Promise<PictureAnalysis> {
  try {
    return await analyzer.analyze(
      picture,
      {
        detectionModel: parameters.detectionModel,
        ...(parameters.returnFaceId ? { recognitionModel: parameters.recognitionModel } : {}),
        landmarks: parameters.returnFaceLandmarks,
        attributes: parameters.returnFaceAttributes,
        maximumFaces: limits.facesPerPicture,
      },
      signal,
      tenant,
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
