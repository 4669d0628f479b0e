/** The query of detect. */
import { checkAttributes } from "./attribute-matrix.js";
import { ContractError } from "./errors.js";
import { limits } from "./limits.js";
import {
  type ApiVersion,
  detectionModels,
  faceAttributeTypes,
  type FaceAttributeType,
  liveAttributes,
  recognitionModels,
} from "./names.js";
import { type ParameterTable, type ParameterValues, readParameters } from "./parameters.js";

/** The query parameters of detect, in the order of the service's reference. They are checked in this order. */
export const detectQuery = {
  detectionModel: {
    kind: "word",
    words: detectionModels,
    fallback: "detection_01",
    error: "detectionModelInvalid",
    meaning: "The model that finds the faces.",
  },
  recognitionModel: {
    kind: "word",
    words: recognitionModels,
    fallback: "recognition_01",
    error: "recognitionModelInvalid",
    meaning: "The model of the faceIds; only faces of the same model can be compared.",
  },
  returnFaceId: {
    kind: "flag",
    fallback: true,
    error: "returnFaceIdInvalid",
    meaning: "Whether to store each face and answer a faceId for it.",
  },
  returnFaceAttributes: {
    kind: "wordList",
    words: liveAttributes,
    meaning:
      "The attributes to answer, separated by commas. Which are available depends on the models.",
  },
  returnFaceLandmarks: {
    kind: "flag",
    fallback: false,
    error: "returnFaceLandmarksInvalid",
    meaning: "Whether to answer the 27 landmarks.",
  },
  returnRecognitionModel: {
    kind: "flag",
    fallback: false,
    error: "returnRecognitionModelInvalid",
    meaning: "Whether to answer the recognition model with each faceId.",
  },
  faceIdTimeToLive: {
    kind: "seconds",
    minimum: limits.faceIdTimeToLive.minimum,
    maximum: limits.faceIdTimeToLive.maximum,
    fallback: limits.faceIdTimeToLive.default,
    error: "faceIdTimeToLiveInvalid",
    meaning: "Seconds until a faceId expires.",
  },
} as const satisfies ParameterTable;

type QueryValues = ParameterValues<typeof detectQuery>;

/**
 * The query of detect with defaults filled in, words in their own spelling, and attributes in the order of
 * `faceAttributeTypes` without repetitions. The combination of models and attributes is known to be allowed.
 */
export interface DetectParameters extends Omit<QueryValues, "returnFaceAttributes"> {
  readonly returnFaceAttributes: readonly FaceAttributeType[];
}

/**
 * Reads and checks the query: single values first, then the combinations of models and attributes, then what is
 * retired.
 * @throws ContractError
 */
export function readDetectParameters(
  query: URLSearchParams,
  version: ApiVersion,
  options: { readonly allowRetired: boolean },
): DetectParameters {
  const values = readParameters(detectQuery, query);
  const asked = values.returnFaceAttributes;
  checkAttributes(asked, values, version, options.allowRetired);
  if (values.returnFaceLandmarks && values.detectionModel === "detection_02")
    throw new ContractError("landmarksNotWithDetection02");
  return {
    ...values,
    returnFaceAttributes: faceAttributeTypes.filter((name) => asked.includes(name.toLowerCase())),
  };
}
