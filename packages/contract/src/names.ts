/**
 * The closed lists of words that travel on the wire. Free of any library, so that the browser client can import
 * them without paying for a schema library.
 */

/** The newest version that is known; the service answers calls of a newer one in this. */
export const newestApiVersion = "v1.2";
/** Values of {@link ApiVersion}, the oldest first. */
export const apiVersions = ["v1.0", "v1.1-preview.1", newestApiVersion] as const;
/** A version of the API: the part of the path after `/face/`. */
export type ApiVersion = (typeof apiVersions)[number];
/** The version that a client asks for unless told otherwise. */
export const defaultApiVersion: ApiVersion = "v1.1-preview.1";

/** Values of {@link FaceDetectionModel}. */
export const detectionModels = ["detection_01", "detection_02", "detection_03"] as const;
/**
 * A model that finds faces. `detection_01` is the service's default. `detection_02` answers neither attributes nor
 * landmarks; `detection_03` answers landmarks and a few attributes. The rectangles of `detection_01` are square, those of
 * the others reach from forehead to chin.
 */
export type FaceDetectionModel = (typeof detectionModels)[number];

/** Values of {@link FaceRecognitionModel}, the oldest first. */
export const recognitionModels = [
  "recognition_01",
  "recognition_02",
  "recognition_03",
  "recognition_04",
] as const;
/**
 * A model that describes a face for comparison. `recognition_01` is the service's default, `recognition_04` the most
 * accurate. Faces of different models cannot be compared: the service answers 400 `'recognitionModel' is incompatible.`
 */
export type FaceRecognitionModel = (typeof recognitionModels)[number];

/** Attributes that the service answers by default. Which of them go with a model is in `attributeMatrix`. */
export const liveAttributes = [
  "headPose",
  "glasses",
  "occlusion",
  "accessories",
  "blur",
  "exposure",
  "noise",
  "mask",
  "qualityForRecognition",
] as const;

/**
 * Attributes that Azure retired. Mien answers them only where the operator allows it (`MIEN_RETIRED_ATTRIBUTES=allow`).
 * Elsewhere detection_01 answers 403 `UnsupportedFeature`, and the other models 400 `BadArgument`.
 */
export const retiredAttributes = ["age", "smile", "facialHair", "hair"] as const;

/** Values of {@link FaceAttributeType}. */
export const faceAttributeTypes = [...liveAttributes, ...retiredAttributes] as const;
/**
 * An attribute that can be asked for. Which of them are answered depends on the models; `age`, `smile`, `facialHair` and
 * `hair` are retired.
 */
export type FaceAttributeType = (typeof faceAttributeTypes)[number];

/** Values of the attribute `glasses` (detection_01). */
export const glassesTypes = [
  "noGlasses",
  "readingGlasses",
  "sunglasses",
  "swimmingGoggles",
] as const;
/**
 * Kinds of accessories (detection_01). Only those found in the picture are answered. `mask` here is independent of the
 * attribute `mask` of detection_03.
 */
export const accessoryTypes = ["headwear", "glasses", "mask"] as const;
/**
 * Types of the attribute `mask` (detection_03). `otherMaskOrOcclusion`: something other than a face mask covers the face,
 * such as a hand or a scarf. `uncertain`: it cannot be told, because the face is hidden or of low quality.
 */
export const maskTypes = ["faceMask", "noMask", "otherMaskOrOcclusion", "uncertain"] as const;
/** Candidates for the colour of the hair, a retired attribute. */
export const hairColors = [
  "unknown",
  "white",
  "gray",
  "blond",
  "brown",
  "red",
  "black",
  "other",
] as const;
/**
 * Levels of the attribute `blur` by its value: low [0, 0.25), medium [0.25, 0.75), high [0.75, 1]. The bands are those of
 * the documentation of v1.0; later references name none.
 */
export const blurLevels = ["low", "medium", "high"] as const;
/** Levels of the attribute `exposure` by its value: under [0, 0.25), good [0.25, 0.75), over [0.75, 1]. */
export const exposureLevels = ["underExposure", "goodExposure", "overExposure"] as const;
/** Levels of the attribute `noise` by its value: low [0, 0.3), medium [0.3, 0.7), high [0.7, 1]. */
export const noiseLevels = ["low", "medium", "high"] as const;
/** Values of `qualityForRecognition`: `high` suffices for enrolment, `medium` for identification, `low` for neither. */
export const qualityLevels = ["low", "medium", "high"] as const;
/** Values of {@link FindSimilarMatchMode}. */
export const findSimilarMatchModes = ["matchPerson", "matchFace"] as const;
/**
 * What findSimilar answers: `matchPerson` only candidates above the same-person threshold, possibly none; `matchFace` the
 * most similar candidates, however low their confidence.
 */
export type FindSimilarMatchMode = (typeof findSimilarMatchModes)[number];

/** Values of {@link LandmarkName} in the order of the wire. */
export const landmarkNames = [
  "pupilLeft",
  "pupilRight",
  "noseTip",
  "mouthLeft",
  "mouthRight",
  "eyebrowLeftOuter",
  "eyebrowLeftInner",
  "eyeLeftOuter",
  "eyeLeftTop",
  "eyeLeftBottom",
  "eyeLeftInner",
  "eyebrowRightInner",
  "eyebrowRightOuter",
  "eyeRightInner",
  "eyeRightTop",
  "eyeRightBottom",
  "eyeRightOuter",
  "noseRootLeft",
  "noseRootRight",
  "noseLeftAlarTop",
  "noseRightAlarTop",
  "noseLeftAlarOutTip",
  "noseRightAlarOutTip",
  "upperLipTop",
  "upperLipBottom",
  "underLipTop",
  "underLipBottom",
] as const;
/**
 * The name of one of the 27 landmarks. "Left" and "right" are the viewer's, so the left landmarks of an upright face have
 * the smaller x. `Outer` is the end at the temple and `Inner` the end at the nose; the `Top` and `Bottom` of an eye are the
 * highest and lowest points of its lids' margins. `noseRoot` is the side of the bridge at the height of the inner corners of
 * the eyes; `AlarTop` is the upper end of a nostril's wing and `AlarOutTip` its outermost point. `upperLipTop` and
 * `underLipBottom` lie on the outer edges of the lips, `upperLipBottom` and `underLipTop` on the inner ones, all four on the
 * mid-line.
 */
export type LandmarkName = (typeof landmarkNames)[number];
