import { kilobytes, megabytes } from "./file-sizes.js";
import { limits } from "./limits.js";
import { newestApiVersion } from "./names.js";

/** An error that the service answers. */
export interface ErrorEntry {
  /** Status of the HTTP answer. */
  readonly status: number;
  /** The word of the JSON body, repeated in the header `x-ms-error-code`; the status as text where Azure has no word. */
  readonly code: string;
  /** The English sentence of the JSON body, the same for every caller. */
  readonly message: string;
  /** For the documentation: ends the sentence "It is answered when …". */
  readonly when: string;
}

const candidates = limits.findSimilar.maxNumOfCandidatesReturned;

const badArgument = (message: string, when: string): ErrorEntry => ({
  status: 400,
  code: "BadArgument",
  message,
  when,
});

const unsupported = (message: string, when: string): ErrorEntry => ({
  status: 403,
  code: "UnsupportedFeature",
  message,
  when,
});

/**
 * Every error that the service answers, by the name that the code has for it. Messages are Azure's own where Azure
 * documents them.
 */
export const errorCatalogue = {
  bodyInvalid: badArgument(
    "Request body is invalid.",
    "the body is missing, or is JSON of another form than the operation expects",
  ),
  jsonInvalid: badArgument("JSON parsing error.", "the body is not JSON in UTF-8"),
  requestInvalid: badArgument(
    "Bad Request.",
    "the request is not well-formed HTTP, or its address cannot be parsed",
  ),
  detectionModelInvalid: badArgument(
    "'detectionModel' is invalid.",
    "it is not the name of a detection model",
  ),
  recognitionModelInvalid: badArgument(
    "'recognitionModel' is invalid.",
    "it is not the name of a recognition model",
  ),
  recognitionModelIncompatible: badArgument(
    "'recognitionModel' is incompatible.",
    "the faces were detected with different recognition models",
  ),
  returnFaceIdInvalid: badArgument("'returnFaceId' is invalid.", "it is neither true nor false"),
  returnFaceLandmarksInvalid: badArgument(
    "'returnFaceLandmarks' is invalid.",
    "it is neither true nor false",
  ),
  returnRecognitionModelInvalid: badArgument(
    "'returnRecognitionModel' is invalid.",
    "it is neither true nor false",
  ),
  faceIdTimeToLiveInvalid: badArgument(
    `'faceIdTimeToLive' is invalid. It must be from ${limits.faceIdTimeToLive.minimum} to ${limits.faceIdTimeToLive.maximum}.`,
    "it is not a whole number of seconds in this range",
  ),
  attributesInvalid: badArgument(
    "Invalid argument returnFaceAttributes.",
    "an unknown attribute is requested with detection_01",
  ),
  attributesNotWithDetection02: badArgument(
    "'returnFaceAttributes' is not supported by detection_02.",
    "an attribute is requested with detection_02",
  ),
  landmarksNotWithDetection02: badArgument(
    "'returnLandmarks' is not supported by detection_02.",
    "landmarks are requested with detection_02",
  ),
  attributesOfDetection01: badArgument(
    "Only face attributes 'accessories,blur,exposure,glasses,headpose,noise,occlusion,qualityforrecognition' are supported by detection_01.",
    "mask is requested with detection_01",
  ),
  attributesOfDetection03: badArgument(
    "Only face attributes 'headpose,mask,qualityforrecognition' are supported by detection_03.",
    "another attribute is requested with detection_03, before version v1.2",
  ),
  attributesOfDetection03WithBlur: badArgument(
    "Only face attributes 'headpose,mask,qualityforrecognition,blur' are supported by detection_03.",
    "another attribute is requested with detection_03, in version v1.2",
  ),
  qualityNeedsNewerRecognition: badArgument(
    "'qualityForRecognition' is supported only with recognition_03 and recognition_04.",
    "qualityForRecognition is requested with recognition_01 or recognition_02",
  ),
  faceIdInvalid: badArgument("Face ID is invalid.", "a faceId is not a UUID"),
  modeInvalid: badArgument("Mode is invalid.", "mode is neither matchPerson nor matchFace"),
  candidateCountInvalid: badArgument(
    "The argument maxNumOfCandidatesReturned is not valid.",
    `it is not a whole number from ${candidates.minimum} to ${candidates.maximum}`,
  ),
  faceIdsLengthInvalid: badArgument(
    "The length of faceIds is not in a valid range.",
    "there are too few or too many faceIds",
  ),
  faceListsAllNull: badArgument(
    "LargeFaceListId, faceListId and faceIds are all null.",
    "none of the three is given",
  ),
  faceListsSeveral: badArgument(
    "2 or more of largeFaceListId, faceListId and faceIds are not null.",
    "more than one of the three is given",
  ),
  bodyTooBig: {
    status: 413,
    code: "RequestEntityTooLarge",
    message: "Request body is too large.",
    when: `a JSON body is longer than ${kilobytes(limits.jsonBytes)}`,
  },
  mediaTypeInvalid: {
    status: 415,
    code: "BadArgument",
    message: "Invalid Media Type.",
    when: "the operation does not accept the content type, or the body is compressed",
  },
  urlInvalid: {
    status: 400,
    code: "InvalidURL",
    message: "Invalid image URL.",
    when: "the URL is malformed, not http or https, carries credentials, names a port or an address from which pictures are not read, or pictures by URL are disabled",
  },
  urlUnreachable: {
    status: 400,
    code: "InvalidURL",
    message:
      'Invalid image URL or error downloading from target server. Remote server error returned: "An error occurred while sending the request."',
    when: `the download fails, takes too long, is redirected more than ${limits.redirects} times, or the host name resolves to an address that is not public`,
  },
  imageInvalid: {
    status: 400,
    code: "InvalidImage",
    message: "Decoding error, image format unsupported.",
    when: "the bytes are not a JPEG, PNG, GIF or BMP that can be decoded",
  },
  imageTooSmall: {
    status: 400,
    code: "InvalidImageSize",
    message: "Image size is too small.",
    when: `the picture is smaller than ${kilobytes(limits.pictureBytes.minimum)}`,
  },
  imageTooBig: {
    status: 400,
    code: "InvalidImageSize",
    message: "Image size is too big.",
    when: `the picture is larger than ${megabytes(limits.pictureBytes.maximum)} or has more than ${limits.picturePixels.maximum / 1e6} million pixels`,
  },
  accessDenied: {
    status: 401,
    code: "401",
    message:
      "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
    when: "the key or token is missing, wrong, expired or revoked",
  },
  attributeRetired: unsupported(
    "The attributes emotion, gender, age, smile, facial hair, hair and makeup are deprecated and no longer supported.",
    "a retired attribute is requested with detection_01 and the operator has not allowed it",
  ),
  faceListUnsupported: unsupported(
    "Feature is not supported: face lists and large face lists.",
    "a search names a face list",
  ),
  personUnsupported: unsupported(
    "Feature is not supported: persons and person groups.",
    "verify names a person instead of a second face",
  ),
  sessionImageUnsupported: unsupported(
    "Feature is not supported: images of liveness sessions.",
    "detect refers to the image of a liveness session",
  ),
  operationUnsupported: unsupported(
    "Feature is not supported.",
    "the operation belongs to the Face API but is not served by Mien: identify, lists, groups of persons, liveness",
  ),
  faceNotFoundInVerify: {
    status: 404,
    code: "FaceNotFound",
    message: "Face is not found.",
    when: "verify names a faceId that has expired, does not exist, or belongs to another tenant",
  },
  faceNotFound: {
    status: 400,
    code: "FaceNotFound",
    message: "Face is not found.",
    when: "findSimilar or group name a faceId that has expired, does not exist, or belongs to another tenant",
  },
  routeNotFound: {
    status: 404,
    code: "404",
    message: "Resource not found.",
    when: "nothing is served at the path",
  },
  methodNotAllowed: {
    status: 405,
    code: "405",
    message: "Method not allowed.",
    when: "an operation is called with another of HTTP's own methods than POST",
  },
  versionUnsupported: {
    status: 404,
    code: "UnsupportedApiVersion",
    message: "The API version is not supported.",
    when: `the version is unknown and not newer than ${newestApiVersion}, or is newer and MIEN_STRICT=1`,
  },
  requestTimeout: {
    status: 408,
    code: "OperationTimeOut",
    message: "Request Timeout.",
    when: "the request's headers or its body take too long to arrive",
  },
  headersTooLarge: {
    status: 431,
    code: "431",
    message: "Request header fields are too large.",
    when: `the request line and the headers exceed ${kilobytes(limits.headBytes)} together`,
  },
  rateLimited: {
    status: 429,
    code: "429",
    message: "Rate limit is exceeded.",
    when: "a key is used more often than MIEN_RATE_LIMIT allows; Retry-After gives the seconds to wait",
  },
  internal: {
    status: 500,
    code: "InternalServerError",
    message: "An unexpected error occurred.",
    when: "there is a bug in Mien",
  },
  overloaded: {
    status: 503,
    code: "ServiceUnavailable",
    message: "Too many requests are waiting.",
    when: "the queue is full, or the machine was too busy to finish a picture in time; Retry-After gives the seconds to wait",
  },
  storeUnavailable: {
    status: 503,
    code: "ServiceUnavailable",
    message: "The face store is unavailable.",
    when: "the face store cannot be read or written; Retry-After gives the seconds to wait",
  },
  identityProviderUnavailable: {
    status: 503,
    code: "ServiceUnavailable",
    message: "The identity provider is unavailable.",
    when: "a bearer token cannot be checked because the signing keys cannot be fetched; Retry-After gives the seconds to wait",
  },
  ending: {
    status: 503,
    code: "ServiceUnavailable",
    message: "The service is shutting down.",
    when: "the request arrives after the server was asked to stop; Retry-After gives the seconds to wait",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Name of an entry of {@link errorCatalogue}. It does not travel on the wire. */
export type ErrorKey = keyof typeof errorCatalogue;

/**
 * An answer of the contract other than 200. `status`, `code` and `message` are those of the entry `key` of
 * {@link errorCatalogue}.
 */
export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly status: number;
  readonly code: string;

  constructor(
    readonly key: ErrorKey,
    readonly details: {
      /** Whole seconds for the header `Retry-After`; absent: no header. */
      readonly retryAfterSeconds?: number;
      readonly cause?: unknown;
      /** For the operator's log, where the message is Azure's and tells nothing: a word of ours or of the system's. */
      readonly reason?: string | undefined;
    } = {},
  ) {
    const entry: ErrorEntry = errorCatalogue[key];
    super(entry.message, { cause: details.cause });
    this.status = entry.status;
    this.code = entry.code;
  }

  /** The JSON body of the answer. */
  get body(): { error: { code: string; message: string } } {
    return { error: { code: this.code, message: this.message } };
  }
}
