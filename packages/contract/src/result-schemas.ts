/**
 * What the operations answer, as JSON schemas: the source of OpenAPI and of the number format on the wire. The plain
 * interfaces of `results.ts` say the same for clients, which must not pay for a schema library; the compiler holds the
 * two together below.
 */
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { limits } from "./limits.js";
import {
  accessoryTypes,
  blurLevels,
  exposureLevels,
  glassesTypes,
  hairColors,
  landmarkNames,
  type LandmarkName,
  maskTypes,
  noiseLevels,
  qualityLevels,
  recognitionModels,
} from "./names.js";
import type {
  FaceAttributes as Attributes,
  FaceDetectionResult,
  FaceErrorResponse,
  FaceFindSimilarResult,
  FaceGroupingResult,
  FaceVerificationResult,
  Known,
} from "./results.js";

/** A word of a list that may grow. */
function word<const Words extends readonly string[]>(words: Words, description: string) {
  return Type.Unsafe<Known<Words[number]>>({ type: "string", enum: [...words], description });
}

const pixels = (description: string) => Type.Integer({ minimum: 0, description });
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const degrees = (description: string) => Type.Number({ minimum: -180, maximum: 180, description });
const faceId = (description: string) => Type.String({ format: "uuid", description });

/**
 * Whole pixels of the upright picture (turned as its EXIF orientation says), origin at the top left; within the picture.
 */
export const FaceRectangle = Type.Object(
  {
    top: pixels("From the top edge of the picture to the top edge of the rectangle."),
    left: pixels("From the left edge of the picture to the left edge of the rectangle."),
    width: pixels("Width of the rectangle."),
    height: pixels("Height of the rectangle."),
  },
  { description: "Where the face is, in whole pixels of the upright picture." },
);

/** Pixels of the upright picture with one decimal, origin at the top left, y down; may lie outside the picture. */
export const LandmarkCoordinate = Type.Object(
  {
    x: Type.Number({ description: "Pixels from the left edge." }),
    y: Type.Number({ description: "Pixels from the top edge, downwards." }),
  },
  { description: "A point of the upright picture, with one decimal; it may lie outside." },
);

/** The 27 landmarks in the order of the wire, each a {@link LandmarkCoordinate}. */
export const FaceLandmarks = Type.Object(
  Object.fromEntries(landmarkNames.map((name) => [name, LandmarkCoordinate])) as Record<
    LandmarkName,
    typeof LandmarkCoordinate
  >,
  { description: "The 27 landmarks. Left and right are the viewer's." },
);

/** Degrees, -180..180, one decimal; rotations are applied in the order roll, yaw, pitch. */
export const HeadPose = Type.Object({
  pitch: degrees("Positive: looking up."),
  roll: degrees("Positive: rotated clockwise as seen in the picture."),
  yaw: degrees("Positive: turned towards the right edge of the picture."),
});

/** Flags of detection_01. `eyeOccluded` is one flag for both eyes. */
export const OcclusionProperties = Type.Object({
  foreheadOccluded: Type.Boolean(),
  eyeOccluded: Type.Boolean(),
  mouthOccluded: Type.Boolean(),
});

/** One accessory that was found, with a confidence of 0..1. */
export const AccessoryItem = Type.Object({
  type: word(accessoryTypes, "What is worn."),
  confidence: share("Confidence."),
});

/** Value 0..1 with two decimals; the level is that of the rounded value. */
export const BlurProperties = Type.Object({
  blurLevel: word(blurLevels, "low below 0.25, high from 0.75."),
  value: share("Larger is blurrier."),
});

/** Value 0..1 with two decimals; the level is that of the rounded value. */
export const ExposureProperties = Type.Object({
  exposureLevel: word(exposureLevels, "underExposure below 0.25, overExposure from 0.75."),
  value: share("Larger is brighter."),
});

/** Value 0..1 with two decimals; the level is that of the rounded value. */
export const NoiseProperties = Type.Object({
  noiseLevel: word(noiseLevels, "low below 0.3, high from 0.7."),
  value: share("Larger is noisier."),
});

/** The attribute `mask` of detection_03. A bare face is `noMask` with `noseAndMouthCovered` false. */
export const MaskProperties = Type.Object({
  type: word(maskTypes, "What covers the face."),
  noseAndMouthCovered: Type.Boolean(),
});

/** Three independent confidences, 0..1. Retired. */
export const FacialHair = Type.Object({
  moustache: share("Confidence."),
  beard: share("Confidence."),
  sideburns: share("Confidence."),
});

/** A candidate with a confidence of 0..1. Retired. */
export const HairColor = Type.Object({
  color: word(hairColors, "A candidate for the colour."),
  confidence: share("Confidence."),
});

/** `hairColor` is empty when the hair is hidden. Retired. */
export const HairProperties = Type.Object({
  bald: share("Confidence of a bald head."),
  invisible: Type.Boolean({ description: "True when the hair is hidden in the picture." }),
  hairColor: Type.Array(HairColor, { description: "The most confident first." }),
});

/**
 * Members that were not asked for are absent, never null. The order of the members is that of the service's answers.
 */
export const FaceAttributes = Type.Object(
  {
    smile: Type.Optional(share("Intensity. Retired.")),
    headPose: Type.Optional(HeadPose),
    age: Type.Optional(Type.Number({ description: "Years. Retired." })),
    facialHair: Type.Optional(FacialHair),
    glasses: Type.Optional(word(glassesTypes, "What is worn.")),
    blur: Type.Optional(BlurProperties),
    exposure: Type.Optional(ExposureProperties),
    noise: Type.Optional(NoiseProperties),
    accessories: Type.Optional(Type.Array(AccessoryItem)),
    occlusion: Type.Optional(OcclusionProperties),
    hair: Type.Optional(HairProperties),
    mask: Type.Optional(MaskProperties),
    qualityForRecognition: Type.Optional(
      word(qualityLevels, "high for enrolment, medium or better for identification."),
    ),
  },
  {
    description: "Only the attributes that were requested, in the order of the service.",
  },
);

/** One face. Optional members are absent, never null, when they were not asked for. */
export const DetectedFace = Type.Object(
  {
    faceId: Type.Optional(faceId("Present if returnFaceId was true.")),
    faceRectangle: FaceRectangle,
    faceLandmarks: Type.Optional(FaceLandmarks),
    faceAttributes: Type.Optional(FaceAttributes),
    recognitionModel: Type.Optional(
      word(recognitionModels, "Present if returnRecognitionModel and returnFaceId were true."),
    ),
  },
  { description: "One face." },
);

/** The 200 answer of detect: up to `limits.facesPerPicture` faces, ranked by the area of their rectangle. */
export const DetectionAnswer = Type.Array(DetectedFace, {
  maxItems: limits.facesPerPicture,
  description: "The faces, the largest rectangle first; empty if there are none.",
});

/** The 200 answer of verify; the confidence has up to five decimals. */
export const VerificationAnswer = Type.Object({
  isIdentical: Type.Boolean({
    description: `True when the confidence is ${limits.samePersonConfidence} or more.`,
  }),
  confidence: share("Similarity of the two faces."),
});

/** One candidate of findSimilar; the confidence has up to five decimals. */
export const SimilarFace = Type.Object({
  faceId: Type.Optional(faceId("The faceId of the candidate.")),
  persistedFaceId: Type.Optional(faceId("For face lists; never answered by Mien.")),
  confidence: share("Similarity to the face searched for."),
});

/** The 200 answer of findSimilar: at most `maxNumOfCandidatesReturned` candidates, possibly none. */
export const FindSimilarAnswer = Type.Array(SimilarFace, {
  description: "The candidates, the highest confidence first.",
});

/** The 200 answer of group: every faceId of the request is in exactly one place. */
export const GroupingAnswer = Type.Object({
  groups: Type.Array(Type.Array(faceId("A face of the group.")), {
    description: "Disjoint groups of two faces or more, the largest first.",
  }),
  messyGroup: Type.Array(faceId("A face without a counterpart."), {
    description: "Always present.",
  }),
});

/** The body of every answer other than 200. */
export const ErrorAnswer = Type.Object({
  error: Type.Object({
    code: Type.String({ description: "A word, or the status as text." }),
    message: Type.String(),
  }),
});

/** The schemas by the names they have in the OpenAPI document. */
export const namedSchemas = {
  FaceRectangle,
  LandmarkCoordinate,
  FaceLandmarks,
  HeadPose,
  OcclusionProperties,
  AccessoryItem,
  BlurProperties,
  ExposureProperties,
  NoiseProperties,
  MaskProperties,
  FacialHair,
  HairColor,
  HairProperties,
  FaceAttributes,
  FaceDetectionResult: DetectedFace,
  FaceVerificationResult: VerificationAnswer,
  FaceFindSimilarResult: SimilarFace,
  FaceGroupingResult: GroupingAnswer,
  FaceErrorResponse: ErrorAnswer,
} as const satisfies Record<string, TSchema>;

/** Each may stand for the other. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;
type Held<T extends true> = T;

/** Compiles only while the schemas and the interfaces for clients say the same. */
export type SchemasAreResults = [
  Held<Same<Static<typeof DetectedFace>, FaceDetectionResult>>,
  Held<Same<Required<Static<typeof FaceAttributes>>, Required<Attributes>>>,
  Held<Same<Static<typeof VerificationAnswer>, FaceVerificationResult>>,
  Held<Same<Static<typeof SimilarFace>, FaceFindSimilarResult>>,
  Held<Same<Static<typeof GroupingAnswer>, FaceGroupingResult>>,
  Held<Same<Static<typeof ErrorAnswer>, FaceErrorResponse>>,
];
