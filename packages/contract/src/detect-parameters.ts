/** The query of detect: reading it and the matrix of models and attributes. */
import { ContractError, type ErrorKey } from "./errors.js";
import { limits } from "./limits.js";
import {
  type ApiVersion,
  detectionModels,
  faceAttributeTypes,
  type FaceAttributeType,
  type FaceDetectionModel,
  type FaceRecognitionModel,
  recognitionModels,
  retiredAttributes,
} from "./names.js";

export interface DetectParameters {
  readonly detectionModel: FaceDetectionModel;
  readonly recognitionModel: FaceRecognitionModel;
  readonly returnFaceId: boolean;
  readonly returnFaceAttributes: readonly FaceAttributeType[];
  readonly returnFaceLandmarks: boolean;
  readonly returnRecognitionModel: boolean;
  /** Seconds. */
  readonly faceIdTimeToLive: number;
}

/** Attributes that were retired together with those of the response schema, but are in no version served here. */
const goneAttributes = ["gender", "emotion", "makeup"];
const retired: readonly string[] = [...retiredAttributes, ...goneAttributes].map(lower);

/** Live attributes by detection model, lower case. The newest version alone has blur with detection_03. */
const allowedAttributes: Readonly<Record<FaceDetectionModel, readonly string[]>> = {
  detection_01: [
    "accessories",
    "blur",
    "exposure",
    "glasses",
    "headpose",
    "noise",
    "occlusion",
    "qualityforrecognition",
  ],
  detection_02: [],
  detection_03: ["headpose", "mask", "qualityforrecognition"],
};

function lower(word: string): string {
  return word.toLowerCase();
}

function readWord<Word extends string>(
  value: string | undefined,
  words: readonly Word[],
  fallback: Word,
  error: ErrorKey,
): Word {
  if (value === undefined || value === "") return fallback;
  const found = words.find((word) => lower(word) === lower(value));
  if (found === undefined) throw new ContractError(error);
  return found;
}

function readBoolean(value: string | undefined, fallback: boolean, error: ErrorKey): boolean {
  if (value === undefined || value === "") return fallback;
  const word = lower(value);
  if (word !== "true" && word !== "false") throw new ContractError(error);
  return word === "true";
}

function readTimeToLive(value: string | undefined): number {
  const { minimum, maximum, default: fallback } = limits.faceIdTimeToLive;
  if (value === undefined || value === "") return fallback;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
  if (!(seconds >= minimum && seconds <= maximum))
    throw new ContractError("faceIdTimeToLiveInvalid");
  return seconds;
}

/**
 * Reads and checks the query: single values first, then the combinations, then what is retired.
 * @throws ContractError
 */
export function readDetectParameters(
  query: URLSearchParams,
  version: ApiVersion,
  options: { readonly allowRetired: boolean },
): DetectParameters {
  const value = (name: string): string | undefined => query.get(name) ?? undefined;
  const detectionModel = readWord(
    value("detectionModel"),
    detectionModels,
    "detection_01",
    "detectionModelInvalid",
  );
  const recognitionModel = readWord(
    value("recognitionModel"),
    recognitionModels,
    "recognition_01",
    "recognitionModelInvalid",
  );
  const returnFaceId = readBoolean(value("returnFaceId"), true, "returnFaceIdInvalid");
  const returnFaceLandmarks = readBoolean(
    value("returnFaceLandmarks"),
    false,
    "returnFaceLandmarksInvalid",
  );
  const returnRecognitionModel = readBoolean(
    value("returnRecognitionModel"),
    false,
    "returnRecognitionModelInvalid",
  );
  const faceIdTimeToLive = readTimeToLive(value("faceIdTimeToLive"));
  const asked = [
    ...new Set(query.getAll("returnFaceAttributes").join(",").split(",").map(lower)),
  ].filter((word) => word !== "");
  checkAttributes(asked, detectionModel, recognitionModel, version, options.allowRetired);
  if (returnFaceLandmarks && detectionModel === "detection_02")
    throw new ContractError("landmarksNotWithDetection02");
  return {
    detectionModel,
    recognitionModel,
    returnFaceId,
    returnFaceAttributes: faceAttributeTypes.filter((name) => asked.includes(lower(name))),
    returnFaceLandmarks,
    returnRecognitionModel,
    faceIdTimeToLive,
  };
}

function checkAttributes(
  asked: readonly string[],
  detectionModel: FaceDetectionModel,
  recognitionModel: FaceRecognitionModel,
  version: ApiVersion,
  allowRetired: boolean,
): void {
  if (asked.length === 0) return;
  if (detectionModel === "detection_02") throw new ContractError("attributesNotWithDetection02");
  const known = [...faceAttributeTypes.map(lower), ...goneAttributes];
  const withBlur = detectionModel === "detection_03" && version === "v1.2";
  const live = withBlur
    ? [...allowedAttributes.detection_03, "blur"]
    : allowedAttributes[detectionModel];
  for (const word of asked) {
    if (live.includes(word)) continue;
    // Retired attributes get an answer of their own, below.
    if (retired.includes(word)) continue;
    if (detectionModel === "detection_03")
      throw new ContractError(
        withBlur ? "attributesOfDetection03WithBlur" : "attributesOfDetection03",
      );
    throw new ContractError(known.includes(word) ? "attributesOfDetection01" : "attributesInvalid");
  }
  const newer = recognitionModel === "recognition_03" || recognitionModel === "recognition_04";
  if (asked.includes("qualityforrecognition") && !newer)
    throw new ContractError("qualityNeedsNewerRecognition");
  for (const word of asked)
    if (retired.includes(word) && (!allowRetired || goneAttributes.includes(word)))
      throw new ContractError("attributeRetired");
}
