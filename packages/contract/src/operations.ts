/**
 * The one table of operations: routing, validation, the OpenAPI document and the page of errors follow it. A new
 * operation is one row here and one handler in the server, which does not compile without it.
 */
import type { TSchema } from "@sinclair/typebox";
import type { BodyTable } from "./body-fields.js";
import { detectQuery } from "./detect-parameters.js";
import type { ErrorKey } from "./errors.js";
import { kilobytes, megabytes } from "./file-sizes.js";
import { detectExamples, findSimilarExamples, groupExamples, verifyExamples } from "./examples.js";
import type { OperationExample } from "./examples.js";
import { limits } from "./limits.js";
import type { ParameterTable } from "./parameters.js";
import { findSimilarBody, groupBody, urlBody, verifyBody } from "./request-bodies.js";
import {
  DetectionAnswer,
  FindSimilarAnswer,
  GroupingAnswer,
  VerificationAnswer,
} from "./result-schemas.js";

/** Content types of the bodies of the Face API: requests are JSON or a picture's bytes, answers are JSON. */
export const mediaTypes = { json: "application/json", octets: "application/octet-stream" } as const;

/** An operation of the API: how it is called and what it answers. */
export interface OperationRow {
  /** Behind `/face/{version}/`. */
  readonly path: string;
  readonly method: "POST";
  readonly summary: string;
  readonly description: string;
  readonly query: ParameterTable;
  readonly json: BodyTable;
  /** Whether a picture's bytes may stand in the place of JSON. */
  readonly takesPicture: boolean;
  readonly answer: TSchema;
  /** Beyond those of every operation. */
  readonly errors: readonly ErrorKey[];
  readonly examples: readonly OperationExample[];
}

/** Errors that every operation may answer, beside its own. */
export const commonErrors = [
  "accessDenied",
  "versionUnsupported",
  "methodNotAllowed",
  "rateLimited",
  "overloaded",
  "mediaTypeInvalid",
  "bodyTooBig",
  "bodyInvalid",
  "jsonInvalid",
  "requestInvalid",
  "requestTimeout",
  "headersTooLarge",
  "storeUnavailable",
  "identityProviderUnavailable",
  "ending",
  "internal",
] as const satisfies readonly ErrorKey[];

/** Errors of paths at which no operation is served. */
export const routeErrors = [
  "routeNotFound",
  "operationUnsupported",
] as const satisfies readonly ErrorKey[];

/** The operations that are served, by the name of their method in `FaceClient`. */
export const operationTable = {
  detect: {
    path: "detect",
    method: "POST",
    summary: "Find the faces of a picture",
    description: `Finds up to ${limits.facesPerPicture} faces in a JPEG, PNG, GIF (first frame) or BMP of ${kilobytes(limits.pictureBytes.minimum)} to ${megabytes(limits.pictureBytes.maximum)}, sent as bytes or given by URL. The picture is not stored.`,
    query: detectQuery,
    json: urlBody,
    takesPicture: true,
    answer: DetectionAnswer,
    errors: [
      "detectionModelInvalid",
      "recognitionModelInvalid",
      "returnFaceIdInvalid",
      "returnFaceLandmarksInvalid",
      "returnRecognitionModelInvalid",
      "faceIdTimeToLiveInvalid",
      "attributesNotWithDetection02",
      "attributesOfDetection01",
      "attributesOfDetection03",
      "attributesOfDetection03WithBlur",
      "attributesInvalid",
      "qualityNeedsNewerRecognition",
      "attributeRetired",
      "landmarksNotWithDetection02",
      "sessionImageUnsupported",
      "urlInvalid",
      "urlUnreachable",
      "imageTooSmall",
      "imageTooBig",
      "imageInvalid",
    ],
    examples: detectExamples,
  },
  verify: {
    path: "verify",
    method: "POST",
    summary: "Check whether two faces belong to the same person",
    description: "Compares two faces that were detected with the same recognition model.",
    query: {},
    json: verifyBody,
    takesPicture: false,
    answer: VerificationAnswer,
    errors: [
      "personUnsupported",
      "faceIdInvalid",
      "faceNotFoundInVerify",
      "recognitionModelIncompatible",
    ],
    examples: verifyExamples,
  },
  findSimilar: {
    path: "findsimilars",
    method: "POST",
    summary: "Find faces similar to a given face",
    description: `Searches up to ${limits.findSimilar.faceIds.maximum} faces for those of the same person, or ranks all of them.`,
    query: {},
    json: findSimilarBody,
    takesPicture: false,
    answer: FindSimilarAnswer,
    errors: [
      "faceIdInvalid",
      "faceListsAllNull",
      "faceListsSeveral",
      "faceListUnsupported",
      "candidateCountInvalid",
      "modeInvalid",
      "faceIdsLengthInvalid",
      "faceNotFound",
      "recognitionModelIncompatible",
    ],
    examples: findSimilarExamples,
  },
  group: {
    path: "group",
    method: "POST",
    summary: "Group faces by person",
    description: `Divides ${limits.group.faceIds.minimum} to ${limits.group.faceIds.maximum} faces into groups of similar faces.`,
    query: {},
    json: groupBody,
    takesPicture: false,
    answer: GroupingAnswer,
    errors: [
      "faceIdsLengthInvalid",
      "faceIdInvalid",
      "faceNotFound",
      "recognitionModelIncompatible",
    ],
    examples: groupExamples,
  },
} as const satisfies Record<string, OperationRow>;

/** Name of an operation that is served. */
export type OperationName = keyof typeof operationTable;

/**
 * The rest of the Face API, by the first part of its paths in lower case. Mien answers 403 `UnsupportedFeature` to these
 * and 404 to any other path.
 */
export const unservedOperations: readonly string[] = [
  "identify",
  "facelists",
  "largefacelists",
  "persongroups",
  "largepersongroups",
  "persons",
  "dynamicpersongroups",
  "snapshots",
  "operations",
  "detectliveness",
  "detectlivenesswithverify",
  "detectliveness-sessions",
  "detectlivenesswithverify-sessions",
  "sessionimages",
  "sessions",
];
