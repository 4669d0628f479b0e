import type {
  FaceAttributeType,
  FaceDetectionModel,
  FaceRecognitionModel,
} from "@mien/contract/names";
import type { Known } from "@mien/contract/results";

/** What to detect. The service's defaults apply to everything that is left out. */
export interface DetectParameters {
  /**
   * The detector. The service's default is `detection_01`. `detection_02` gives neither attributes nor landmarks;
   * `detection_03` gives landmarks and the attributes `mask`, `headPose` and `qualityForRecognition`, in v1.2 also `blur`.
   */
  detectionModel?: Known<FaceDetectionModel>;
  /**
   * The model that describes the face of a faceId; only faceIds of the same model can be compared. The service's default is
   * `recognition_01`; `recognition_04` is the most accurate.
   */
  recognitionModel?: Known<FaceRecognitionModel>;
  /** Whether to return faceIds. The service's default is true. */
  returnFaceId?: boolean;
  /** Attributes to analyse; each costs time. The service's default is none. */
  returnFaceAttributes?: readonly Known<FaceAttributeType>[];
  /** Whether to return the 27 landmarks. The service's default is false. */
  returnFaceLandmarks?: boolean;
  /** Whether to return the recognition model with each faceId. The service's default is false. */
  returnRecognitionModel?: boolean;
  /** Seconds until faceIds expire, 60..86400. The service's default is 86400, 24 hours. */
  faceIdTimeToLive?: number;
}

/**
 * The query string of detect, in the order in which Python's client writes it; empty or starting with `?`. Like `None`
 * there, `null` is left out.
 * @throws TypeError when the attributes are no array.
 */
export function detectQuery(parameters: DetectParameters): string {
  const attributes: unknown = parameters.returnFaceAttributes ?? [];
  // Programs without types: of a Set nothing would be asked, without a word.
  if (!Array.isArray(attributes)) throw new TypeError("returnFaceAttributes must be an array");
  const pairs: [string, string | number | boolean | null | undefined][] = [
    ["detectionModel", parameters.detectionModel],
    ["recognitionModel", parameters.recognitionModel],
    ["returnFaceId", parameters.returnFaceId],
    ["returnFaceAttributes", attributes.length > 0 ? attributes.join(",") : undefined],
    ["returnFaceLandmarks", parameters.returnFaceLandmarks],
    ["returnRecognitionModel", parameters.returnRecognitionModel],
    ["faceIdTimeToLive", parameters.faceIdTimeToLive],
  ];
  const written = pairs.flatMap(([name, value]) =>
    // Every client of the service writes the commas between attributes as they are.
    value === undefined || value === null
      ? []
      : [`${name}=${encodeURIComponent(String(value)).replaceAll("%2C", ",")}`],
  );
  return written.length > 0 ? `?${written.join("&")}` : "";
}
