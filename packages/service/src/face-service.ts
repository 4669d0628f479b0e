/** The four operations of the contract, without HTTP. */
import type { DetectParameters } from "@mien/contract/detect-parameters";
import type { FindSimilarBody, GroupBody, VerifyBody } from "@mien/contract/request-bodies";
import type {
  FaceFindSimilarResult,
  FaceGroupingResult,
  FaceVerificationResult,
} from "@mien/contract/results";
import type { Grouper } from "@mien/gallery/grouper";
import type { FaceAnalyzer } from "@mien/vision/analysis";
import { findSimilarFaces, groupFaces, verifyFaces } from "./compare-faces.js";
import { detectFaces, type DetectionAnswer } from "./detect-faces.js";
import type { FaceSource } from "./stored-faces.js";

/** What the operations are made of. */
export interface FaceServiceParts extends FaceSource {
  readonly analyzer: FaceAnalyzer;
  readonly grouper: Grouper;
}

/**
 * The operations for checked parameters and bodies. Every method throws ContractError for what the caller did wrong or
 * what cannot be answered now.
 */
export interface FaceService {
  /** @param signal fires when the caller is gone: then what has not begun is not begun. */
  detect(
    tenant: string,
    picture: Uint8Array,
    parameters: DetectParameters,
    signal?: AbortSignal,
  ): Promise<DetectionAnswer>;
  verify(tenant: string, body: VerifyBody): Promise<FaceVerificationResult>;
  findSimilar(
    tenant: string,
    body: FindSimilarBody,
    signal?: AbortSignal,
  ): Promise<FaceFindSimilarResult[]>;
  group(tenant: string, body: GroupBody, signal?: AbortSignal): Promise<FaceGroupingResult>;
}

/** The operations over parts that are already open; closing them stays with the caller. */
export function createFaceService(parts: FaceServiceParts): FaceService {
  return {
    detect: (tenant, picture, parameters, signal) =>
      detectFaces(parts, tenant, picture, parameters, signal),
    verify: (tenant, body) => verifyFaces(parts, tenant, body),
    findSimilar: (tenant, body, signal) => findSimilarFaces(parts, tenant, body, signal),
    group: (tenant, body, signal) => groupFaces(parts, tenant, body, signal),
  };
}
