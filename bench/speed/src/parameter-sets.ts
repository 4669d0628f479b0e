/** What callers ask for, as requests of the vision room and as query parameters: one row each. */
import type { AnalysisRequest } from "@mien/vision/analysis";

const common = { maximumFaces: 100 } as const;

export const parameterSets = {
  "detection_03, rectangles only": {
    ...common,
    detectionModel: "detection_03",
    landmarks: false,
    attributes: [],
  },
  "detection_03, recognition_04, landmarks": {
    ...common,
    detectionModel: "detection_03",
    recognitionModel: "recognition_04",
    landmarks: true,
    attributes: [],
  },
  "detection_03, recognition_03, landmarks": {
    ...common,
    detectionModel: "detection_03",
    recognitionModel: "recognition_03",
    landmarks: true,
    attributes: [],
  },
  "detection_02, recognition_04": {
    ...common,
    detectionModel: "detection_02",
    recognitionModel: "recognition_04",
    landmarks: false,
    attributes: [],
  },
  "detection_01, recognition_04, landmarks, 8 attributes": {
    ...common,
    detectionModel: "detection_01",
    recognitionModel: "recognition_04",
    landmarks: true,
    attributes: [
      "accessories",
      "blur",
      "exposure",
      "glasses",
      "headPose",
      "noise",
      "occlusion",
      "qualityForRecognition",
    ],
  },
} as const satisfies Record<string, AnalysisRequest>;
export type ParameterSet = keyof typeof parameterSets;

/** The query of the same request over HTTP. */
export function detectQuery(request: AnalysisRequest): string {
  return new URLSearchParams({
    detectionModel: request.detectionModel,
    returnFaceId: String(request.recognitionModel !== undefined),
    ...(request.recognitionModel === undefined
      ? {}
      : { recognitionModel: request.recognitionModel }),
    returnFaceLandmarks: String(request.landmarks),
    ...(request.attributes.length === 0
      ? {}
      : { returnFaceAttributes: request.attributes.join(",") }),
  }).toString();
}
