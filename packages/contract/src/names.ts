/**
 * The closed lists of words that travel on the wire. Free of any library, so that the browser client can import
 * them without paying for a schema library.
 */

export const apiVersions = ["v1.0", "v1.1-preview.1", "v1.2"] as const;
export type ApiVersion = (typeof apiVersions)[number];
export const defaultApiVersion: ApiVersion = "v1.1-preview.1";

export const detectionModels = ["detection_01", "detection_02", "detection_03"] as const;
export type FaceDetectionModel = (typeof detectionModels)[number];

export const recognitionModels = [
  "recognition_01",
  "recognition_02",
  "recognition_03",
  "recognition_04",
] as const;
export type FaceRecognitionModel = (typeof recognitionModels)[number];

/** Attributes that the service answers by default. */
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

/** Attributes that Azure retired; answered only where the operator opted in. */
export const retiredAttributes = ["age", "smile", "facialHair", "hair"] as const;

export const faceAttributeTypes = [...liveAttributes, ...retiredAttributes] as const;
export type FaceAttributeType = (typeof faceAttributeTypes)[number];

export const glassesTypes = [
  "noGlasses",
  "readingGlasses",
  "sunglasses",
  "swimmingGoggles",
] as const;
export const accessoryTypes = ["headwear", "glasses", "mask"] as const;
export const maskTypes = ["faceMask", "noMask", "otherMaskOrOcclusion", "uncertain"] as const;
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
export const blurLevels = ["low", "medium", "high"] as const;
export const exposureLevels = ["underExposure", "goodExposure", "overExposure"] as const;
export const noiseLevels = ["low", "medium", "high"] as const;
export const qualityLevels = ["low", "medium", "high"] as const;
export const findSimilarMatchModes = ["matchPerson", "matchFace"] as const;
export type FindSimilarMatchMode = (typeof findSimilarMatchModes)[number];

/** The 27 landmarks in the order of the wire. "Left" and "right" are the viewer's. */
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
export type LandmarkName = (typeof landmarkNames)[number];
