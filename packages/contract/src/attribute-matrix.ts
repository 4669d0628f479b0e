/** Which attributes go with which detection model, recognition model and version. */
import { ContractError, type ErrorKey } from "./errors.js";
import {
  type ApiVersion,
  faceAttributeTypes,
  type FaceDetectionModel,
  type FaceRecognitionModel,
  retiredAttributes,
} from "./names.js";

/** The attributes of one detection model in some versions of the API. */
export interface MatrixRow {
  readonly detectionModel: FaceDetectionModel;
  readonly versions: readonly ApiVersion[];
  /** Live attributes, lower case, in the order of the service's own message. */
  readonly attributes: readonly string[];
  /** Answered to an attribute that is known but not in the row. */
  readonly known: ErrorKey;
  /** Answered to a word that is no attribute. */
  readonly unknown: ErrorKey;
  /** Whether retired attributes get an answer of their own instead of `known`. */
  readonly tellsRetired: boolean;
}

/**
 * Which attributes each detection model answers, by version. Every detection model has exactly one row for each version.
 * Retired attributes are in no row: {@link checkAttributes} judges them by the operator's setting.
 */
export const attributeMatrix: readonly MatrixRow[] = [
  {
    detectionModel: "detection_01",
    versions: ["v1.0", "v1.1-preview.1", "v1.2"],
    attributes: [
      "accessories",
      "blur",
      "exposure",
      "glasses",
      "headpose",
      "noise",
      "occlusion",
      "qualityforrecognition",
    ],
    known: "attributesOfDetection01",
    unknown: "attributesInvalid",
    tellsRetired: true,
  },
  {
    detectionModel: "detection_02",
    versions: ["v1.0", "v1.1-preview.1", "v1.2"],
    attributes: [],
    known: "attributesNotWithDetection02",
    unknown: "attributesNotWithDetection02",
    tellsRetired: false,
  },
  {
    detectionModel: "detection_03",
    versions: ["v1.0", "v1.1-preview.1"],
    attributes: ["headpose", "mask", "qualityforrecognition"],
    known: "attributesOfDetection03",
    unknown: "attributesOfDetection03",
    tellsRetired: false,
  },
  {
    detectionModel: "detection_03",
    versions: ["v1.2"],
    attributes: ["headpose", "mask", "qualityforrecognition", "blur"],
    known: "attributesOfDetection03WithBlur",
    unknown: "attributesOfDetection03WithBlur",
    tellsRetired: false,
  },
];

/**
 * Attributes that Azure retired and that the result types of no version served here have. They are refused even where the
 * operator allows retired attributes.
 */
export const goneAttributes = ["gender", "emotion", "makeup"] as const;

const lower = (word: string): string => word.toLowerCase();
const knownWords: readonly string[] = [...faceAttributeTypes.map(lower), ...goneAttributes];
const allowableWords: readonly string[] = retiredAttributes.map(lower);
const retiredWords: readonly string[] = [...allowableWords, ...goneAttributes];
/** Recognition models that qualityForRecognition goes with. */
export const recognitionModelsWithQuality: readonly FaceRecognitionModel[] = [
  "recognition_03",
  "recognition_04",
];

/** The row of a detection model in a version. */
export function matrixRow(detectionModel: FaceDetectionModel, version: ApiVersion): MatrixRow {
  return attributeMatrix.find(
    (row) => row.detectionModel === detectionModel && row.versions.includes(version),
  )!;
}

/**
 * Whether the detection model of a row answers an attribute.
 * @param word lower case.
 * @param allowRetired as {@link checkAttributes} has it.
 */
export function hasAttribute(row: MatrixRow, word: string, allowRetired: boolean): boolean {
  const { attributes } = row;
  if (attributes.includes(word)) return true;
  return allowRetired && attributes.length > 0 && allowableWords.includes(word);
}

/**
 * Judges the attributes asked for: what the detection model has, then what the recognition model has, then what is
 * retired.
 * @param asked lower-case words.
 * @param allowRetired the operator's word: age, smile, facialHair and hair go with every model that has attributes.
 * @throws ContractError
 */
export function checkAttributes(
  asked: readonly string[],
  models: {
    readonly detectionModel: FaceDetectionModel;
    readonly recognitionModel: FaceRecognitionModel;
  },
  version: ApiVersion,
  allowRetired: boolean,
): void {
  const row = matrixRow(models.detectionModel, version);
  for (const word of asked) {
    if (hasAttribute(row, word, allowRetired)) continue;
    if (row.tellsRetired && retiredWords.includes(word)) continue;
    throw new ContractError(knownWords.includes(word) ? row.known : row.unknown);
  }
  if (
    asked.includes("qualityforrecognition") &&
    !recognitionModelsWithQuality.includes(models.recognitionModel)
  )
    throw new ContractError("qualityNeedsNewerRecognition");
  for (const word of asked)
    if (retiredWords.includes(word) && !(allowRetired && allowableWords.includes(word)))
      throw new ContractError("attributeRetired");
}
