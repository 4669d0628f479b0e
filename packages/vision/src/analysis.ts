/**
 * What the vision room is asked and what it answers. It knows nothing of HTTP or of the wire contract; the service
 * maps one to the other. All coordinates are pixels of the upright picture (EXIF orientation applied), origin at the
 * top left, y down.
 */

/** Models that find faces; each is a row of `detection-models.ts`. */
export type DetectionModelId = "detection_01" | "detection_02" | "detection_03";
/**
 * Models that make embeddings; each is a row of `recognition-models.ts`. Embeddings of different models cannot be compared.
 */
export type RecognitionModelId =
  "recognition_01" | "recognition_02" | "recognition_03" | "recognition_04";

/** A point in pixels, x to the right and y down from the top left corner; may lie outside the picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Pixels from the top left corner of the picture. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Degrees, unrounded; in which direction each angle grows is in the contract: `@mien/contract/head-pose-axes`. */
export interface HeadPose {
  readonly pitch: number;
  readonly roll: number;
  readonly yaw: number;
}

/** A level of blur, noise or quality. */
export type Level = "low" | "medium" | "high";

/**
 * One member for each attribute that was asked for, with the contract's names and ranges: shares 0..1 with two decimals,
 * ages in years with one, angles unrounded.
 */
export interface FaceAttributes {
  headPose?: HeadPose;
  glasses?: "noGlasses" | "readingGlasses" | "sunglasses" | "swimmingGoggles";
  occlusion?: { foreheadOccluded: boolean; eyeOccluded: boolean; mouthOccluded: boolean };
  accessories?: { type: "headwear" | "glasses" | "mask"; confidence: number }[];
  blur?: { blurLevel: Level; value: number };
  exposure?: { exposureLevel: "underExposure" | "goodExposure" | "overExposure"; value: number };
  noise?: { noiseLevel: Level; value: number };
  mask?: {
    type: "faceMask" | "noMask" | "otherMaskOrOcclusion" | "uncertain";
    noseAndMouthCovered: boolean;
  };
  qualityForRecognition?: Level;
  age?: number;
  smile?: number;
  facialHair?: { moustache: number; beard: number; sideburns: number };
  hair?: {
    bald: number;
    invisible: boolean;
    hairColor: {
      color: "unknown" | "white" | "gray" | "blond" | "brown" | "red" | "black" | "other";
      confidence: number;
    }[];
  };
}
/** Attributes that can be asked for. The contract decides which models answer which. */
export type AttributeName = keyof FaceAttributes;

/** What is wanted of one picture. */
export interface AnalysisRequest {
  readonly detectionModel: DetectionModelId;
  /** Absent: no embedding is computed. */
  readonly recognitionModel?: RecognitionModelId;
  /** Whether the 27 landmarks are answered. */
  readonly landmarks: boolean;
  /** Attributes to answer. Nothing is computed that only the others need. */
  readonly attributes: readonly AttributeName[];
  /** At most this many faces are answered: the largest. */
  readonly maximumFaces: number;
}

/** One face of a picture. */
export interface AnalyzedFace {
  /** Whole pixels, clipped to the picture. */
  readonly rectangle: Rectangle;
  /** The detector's score, 0..1. Never to be mistaken for a similarity. */
  readonly detectionScore: number;
  /** The 27 points of the contract by name, when asked for. */
  readonly landmarks?: Readonly<Record<string, Point>>;
  readonly attributes?: FaceAttributes;
  /**
   * Unit vectors of the recognition model's networks, concatenated in the order of its row; absent when no recognition model
   * was asked for.
   */
  readonly embedding?: Float32Array;
}

/** When a stage of a picture's analysis ran. */
export interface StageTime {
  /** Milliseconds from the start of the work on the picture. */
  readonly begin: number;
  /** How long it took; stages that run beside each other overlap. */
  readonly milliseconds: number;
}

/** By stage: decode, detect, landmarks, then landmarks27, attributes and embedding beside each other. */
export type StageTimes = Readonly<Record<string, StageTime>>;

/** What was found in one picture. */
export interface PictureAnalysis {
  /** Size of the upright picture, pixels. */
  readonly width: number;
  readonly height: number;
  /** Sorted by area of the rectangle, the largest first; empty when there are none. */
  readonly faces: readonly AnalyzedFace[];
  readonly timings: StageTimes;
}

/** Why a picture was refused. `decoderFailed` is also the answer when the decoder died of it, or was busy with it for too long. */
export type PictureFault = "formatUnsupported" | "tooManyPixels" | "decoderFailed";

/** The file cannot be analysed: another try with the same bytes fails again. */
export class PictureError extends Error {
  override readonly name = "PictureError";
  constructor(
    readonly fault: PictureFault,
    options?: ErrorOptions,
  ) {
    super(`picture refused: ${fault}`, options);
  }
}

/**
 * The queue before the workers is full, or the machine so busy that a picture was given up; the caller may try again after
 * `retryAfterSeconds`.
 */
export class OverloadError extends Error {
  override readonly name = "OverloadError";
  constructor(
    readonly retryAfterSeconds: number,
    message = "too many pictures are waiting",
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Analyses pictures in worker threads, several at a time. `createFaceAnalyzer` of `face-analyzer.ts` makes one. */
export interface FaceAnalyzer {
  /**
   * Analyses one picture in a worker thread.
   * @param picture the bytes of a JPEG, PNG, GIF or BMP file; its buffer may be transferred and so be empty afterwards.
   * @param owner whose picture it is, by any name: owners share the workers by turns, and none can shut the others out.
   * @throws {@link PictureError} when the bytes are no picture that may be decoded.
   * @throws {@link OverloadError} when too many pictures are waiting, or the machine was too busy to finish this one in time.
   */
  analyze(
    picture: Uint8Array,
    request: AnalysisRequest,
    signal?: AbortSignal,
    owner?: string,
  ): Promise<PictureAnalysis>;
  /** Pictures that wait for a worker now. */
  readonly waiting: number;
  /** Decoders that a picture has killed, or that were ended because it took too long. */
  readonly lostDecoders: number;
  /** Resolves when every worker has loaded its sessions; rejects when one cannot, or, later, when none starts any more. */
  ready(): Promise<void>;
  /** Waits for the pictures at work, then ends the workers. */
  close(): Promise<void>;
}
