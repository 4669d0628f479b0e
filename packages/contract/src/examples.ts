/**
 * The examples of the OpenAPI document. Each is also sent to a running server by a test, which puts real faceIds in
 * the place of those named here and compares what comes back.
 */
import type { ErrorKey } from "./errors.js";

/** A request and its answer. Exactly one of `answer` and `error` is present. */
export interface OperationExample {
  /** A key of the document. */
  readonly name: string;
  readonly summary: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Absent: a picture's bytes are sent. */
  readonly json?: unknown;
  /** The JSON is not of the form that the document describes, so the document leaves it out. */
  readonly malformed?: true;
  /** What is answered, in its form: numbers and faceIds of a real answer are others. */
  readonly answer?: unknown;
  /** Or what is refused, to the letter. */
  readonly error?: ErrorKey;
}

/** FaceIds of the examples. */
export const exampleFaceIds = {
  ann: "c5c24a82-6845-4031-9d5d-978df9175426",
  annAgain: "015839fb-fbd9-4f79-ace9-7675fc2f1dd9",
  bob: "fce92aed-d578-4d2e-8114-068f8af4492e",
  nobody: "00000000-0000-4000-8000-000000000000",
} as const;
const { ann, annAgain, bob, nobody } = exampleFaceIds;

const faceRectangle = { top: 131, left: 177, width: 162, height: 162 };

/** Requests of detect with their answers. Rectangles are pixels of the upright picture. */
export const detectExamples: readonly OperationExample[] = [
  {
    name: "rectangles",
    summary: "Only rectangles",
    query: { returnFaceId: "false" },
    answer: [{ faceRectangle }],
  },
  {
    name: "faceIds",
    summary: "FaceIds with the most accurate models",
    query: {
      detectionModel: "detection_03",
      recognitionModel: "recognition_04",
      returnRecognitionModel: "true",
    },
    answer: [{ faceId: ann, faceRectangle, recognitionModel: "recognition_04" }],
  },
  {
    name: "attributes",
    summary: "Head pose, mask and quality",
    query: {
      detectionModel: "detection_03",
      recognitionModel: "recognition_04",
      returnFaceId: "false",
      returnFaceAttributes: "headPose,mask,qualityForRecognition",
    },
    answer: [
      {
        faceRectangle,
        faceAttributes: {
          headPose: { pitch: -17.1, roll: -16.9, yaw: 12.3 },
          mask: { type: "noMask", noseAndMouthCovered: false },
          qualityForRecognition: "high",
        },
      },
    ],
  },
  {
    name: "unknownModel",
    summary: "An unknown model",
    query: { detectionModel: "detection_04" },
    error: "detectionModelInvalid",
  },
  {
    name: "unreadableAddress",
    summary: "A picture inside the operator's own network",
    json: { url: "http://127.0.0.1/picture.jpg" },
    error: "urlInvalid",
  },
];

/** Requests of verify with their answers. */
export const verifyExamples: readonly OperationExample[] = [
  {
    name: "samePerson",
    summary: "Two pictures of one person",
    json: { faceId1: ann, faceId2: annAgain },
    answer: { isIdentical: true, confidence: 0.87523 },
  },
  {
    name: "strangers",
    summary: "Two people",
    json: { faceId1: ann, faceId2: bob },
    answer: { isIdentical: false, confidence: 0.15177 },
  },
  {
    name: "notFound",
    summary: "A faceId that has expired or does not exist",
    json: { faceId1: ann, faceId2: nobody },
    error: "faceNotFoundInVerify",
  },
];

/** Requests of findSimilar with their answers. */
export const findSimilarExamples: readonly OperationExample[] = [
  {
    name: "person",
    summary: "Faces of the same person",
    json: { faceId: ann, faceIds: [annAgain, bob] },
    answer: [{ faceId: annAgain, confidence: 0.87523 }],
  },
  {
    name: "ranking",
    summary: "All faces, ranked",
    json: { faceId: ann, faceIds: [annAgain, bob], mode: "matchFace" },
    answer: [
      { faceId: annAgain, confidence: 0.87523 },
      { faceId: bob, confidence: 0.15177 },
    ],
  },
  {
    name: "nothingToSearch",
    summary: "Nothing to search in",
    json: { faceId: ann, faceIds: null },
    malformed: true,
    error: "faceListsAllNull",
  },
];

/** Requests of group with their answers. */
export const groupExamples: readonly OperationExample[] = [
  {
    name: "people",
    summary: "Two pictures of one person and one of another",
    json: { faceIds: [ann, annAgain, bob] },
    answer: { groups: [[ann, annAgain]], messyGroup: [bob] },
  },
  {
    name: "tooFew",
    summary: "One face alone",
    json: { faceIds: [ann] },
    malformed: true,
    error: "faceIdsLengthInvalid",
  },
];
