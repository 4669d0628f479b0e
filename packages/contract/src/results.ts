/**
 * What the operations answer, as plain interfaces. Free of any library, so that the browser client can import them
 * without paying for a schema library. Members and ranges are those of the `FaceClient` reference, version
 * `v1.1-preview.1`.
 */
import type {
  FaceRecognitionModel,
  LandmarkName,
  accessoryTypes,
  blurLevels,
  exposureLevels,
  glassesTypes,
  hairColors,
  maskTypes,
  noiseLevels,
  qualityLevels,
} from "./names.js";

/** A word of a list to which newer services may add: editors suggest the known words, and any string is accepted. */
export type Known<Word extends string> = Word | (string & Record<never, never>);

/**
 * A rectangle around a face, in whole pixels of the upright picture: turned as its EXIF orientation says, origin at the top
 * left. Mien's rectangles lie within the picture.
 */
export interface FaceRectangle {
  /** Distance from the top edge of the picture to the top edge of the rectangle, pixels. */
  top: number;
  /** Distance from the left edge of the picture to the left edge of the rectangle, pixels. */
  left: number;
  /** Width of the rectangle, pixels. */
  width: number;
  /** Height of the rectangle, pixels. */
  height: number;
}

/**
 * A landmark in the upright picture, origin at the top left, with one decimal. It may lie outside the rectangle and outside
 * the picture.
 */
export interface LandmarkCoordinate {
  /** The horizontal component, pixels, from the left edge. */
  x: number;
  /** The vertical component, pixels, from the top edge, downwards. */
  y: number;
}

/** The 27 landmarks of a face. "Left" and "right" are the viewer's. */
export type FaceLandmarks = Record<LandmarkName, LandmarkCoordinate>;

/**
 * Three-dimensional pose of the head in degrees, -180..180, with one decimal; all are near 0 for a level face that looks
 * into the camera. Rotations are applied in the order roll, yaw, pitch.
 */
export interface HeadPose {
  /** Positive: looking up. */
  pitch: number;
  /** Positive: rotated clockwise as seen in the picture. */
  roll: number;
  /** Positive: turned towards the right edge of the picture. */
  yaw: number;
}

/** Whether parts of the face are covered. Answered by detection_01. */
export interface OcclusionProperties {
  foreheadOccluded: boolean;
  /** One flag for both eyes. */
  eyeOccluded: boolean;
  mouthOccluded: boolean;
}

/** One accessory that was found. Answered by detection_01. */
export interface AccessoryItem {
  type: Known<(typeof accessoryTypes)[number]>;
  /** Range 0..1. */
  confidence: number;
}

/** How blurred the face is. Answered by detection_01, and by detection_03 from v1.2 on. */
export interface BlurProperties {
  /** low [0, 0.25), medium [0.25, 0.75), high [0.75, 1]. */
  blurLevel: Known<(typeof blurLevels)[number]>;
  /** Range 0..1, larger is blurrier. */
  value: number;
}

/** How the face is exposed. Answered by detection_01. */
export interface ExposureProperties {
  /** underExposure [0, 0.25), goodExposure [0.25, 0.75), overExposure [0.75, 1]. */
  exposureLevel: Known<(typeof exposureLevels)[number]>;
  /** Range 0..1, larger is brighter: [0, 0.25) under, [0.25, 0.75) good, [0.75, 1] over exposure. */
  value: number;
}

/** How noisy the face's pixels are. Answered by detection_01. */
export interface NoiseProperties {
  /** low [0, 0.3), medium [0.3, 0.7), high [0.7, 1]. */
  noiseLevel: Known<(typeof noiseLevels)[number]>;
  /** Range 0..1, larger is noisier: [0, 0.3) low, [0.3, 0.7) medium, [0.7, 1] high. */
  value: number;
}

/** Whether a mask is worn, and how. Answered by detection_03. */
export interface MaskProperties {
  type: Known<(typeof maskTypes)[number]>;
  /** Whether both nose and mouth are covered. */
  noseAndMouthCovered: boolean;
}

/** Confidences of facial hair, each in the range 0..1. Retired by Azure. */
export interface FacialHair {
  moustache: number;
  beard: number;
  sideburns: number;
}

/** One candidate for the colour of the hair. Retired by Azure. */
export interface HairColor {
  color: Known<(typeof hairColors)[number]>;
  /** Range 0..1. */
  confidence: number;
}

/** The hair. Retired by Azure. */
export interface HairProperties {
  /** Confidence of a bald head, 0..1. */
  bald: number;
  /** True when the hair is hidden in the picture. */
  invisible: boolean;
  /** Candidates, the most confident first; empty when the hair is hidden. */
  hairColor: HairColor[];
}

/** Attributes of a face. A member that was not requested is absent. */
export interface FaceAttributes {
  headPose?: HeadPose;
  glasses?: Known<(typeof glassesTypes)[number]>;
  occlusion?: OcclusionProperties;
  /** The accessories that were found; empty when there are none. */
  accessories?: AccessoryItem[];
  blur?: BlurProperties;
  exposure?: ExposureProperties;
  noise?: NoiseProperties;
  mask?: MaskProperties;
  /** Whether the picture suffices for recognition: high for enrolment, medium or better for identification. */
  qualityForRecognition?: Known<(typeof qualityLevels)[number]>;
  /** Years, with one decimal. Retired by Azure. */
  age?: number;
  /** Intensity of the smile, 0..1. Retired by Azure. */
  smile?: number;
  /** Retired by Azure. */
  facialHair?: FacialHair;
  /** Retired by Azure. */
  hair?: HairProperties;
}

/** One face of a picture. Faces come ranked by the size of their rectangle, the largest first. */
export interface FaceDetectionResult {
  /** A UUID, present if `returnFaceId` was true. It expires `faceIdTimeToLive` seconds after detection. */
  faceId?: string;
  faceRectangle: FaceRectangle;
  /** Present if `returnFaceLandmarks` was true. */
  faceLandmarks?: FaceLandmarks;
  /** Present if attributes were requested. */
  faceAttributes?: FaceAttributes;
  /** Present if `returnRecognitionModel` and `returnFaceId` were true. */
  recognitionModel?: Known<FaceRecognitionModel>;
}

/** Whether two faces belong to the same person. */
export interface FaceVerificationResult {
  /** True when the confidence is 0.5 or more. */
  isIdentical: boolean;
  /** Similarity of the two faces, 0..1, with up to five decimals. */
  confidence: number;
}

/** One candidate that looks like the query face; candidates come sorted by confidence, the highest first. */
export interface FaceFindSimilarResult {
  /** Present if searched by `faceIds`. */
  faceId?: string;
  /** Present if searched by a face list. */
  persistedFaceId?: string;
  /** Similarity, 0..1, with up to five decimals. */
  confidence: number;
}

/** Faces divided by likeness. Every queried faceId is in exactly one place. */
export interface FaceGroupingResult {
  /** Disjoint groups of two faces or more, ranked by size, the largest first. */
  groups: string[][];
  /** Faces without a counterpart. Mien answers an empty array when there are none. */
  messyGroup: string[];
}

/**
 * The body of every answer other than 200. Its `code` is such as `BadArgument`, `InvalidImage`, `FaceNotFound`, `401`, `429`.
 */
export interface FaceErrorResponse {
  error: {
    code: string;
    /** An English sentence. */
    message: string;
  };
}
