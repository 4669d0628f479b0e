/** The one catalogue of errors: every status, code and message that the service answers. */
export interface ErrorEntry {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const badArgument = (message: string): ErrorEntry => ({
  status: 400,
  code: "BadArgument",
  message,
});

export const errorCatalogue = {
  bodyInvalid: badArgument("Request body is invalid."),
  jsonInvalid: badArgument("JSON parsing error."),
  detectionModelInvalid: badArgument("'detectionModel' is invalid."),
  recognitionModelInvalid: badArgument("'recognitionModel' is invalid."),
  recognitionModelIncompatible: badArgument("'recognitionModel' is incompatible."),
  returnFaceIdInvalid: badArgument("'returnFaceId' is invalid."),
  returnFaceLandmarksInvalid: badArgument("'returnFaceLandmarks' is invalid."),
  returnRecognitionModelInvalid: badArgument("'returnRecognitionModel' is invalid."),
  faceIdTimeToLiveInvalid: badArgument(
    "'faceIdTimeToLive' is invalid. It must be from 60 to 86400.",
  ),
  attributesInvalid: badArgument("Invalid argument returnFaceAttributes."),
  attributesNotWithDetection02: badArgument(
    "'returnFaceAttributes' is not supported by detection_02.",
  ),
  landmarksNotWithDetection02: badArgument("'returnLandmarks' is not supported by detection_02."),
  attributesOfDetection01: badArgument(
    "Only face attributes 'accessories,blur,exposure,glasses,headpose,noise,occlusion,qualityforrecognition' are supported by detection_01.",
  ),
  attributesOfDetection03: badArgument(
    "Only face attributes 'headpose,mask,qualityforrecognition' are supported by detection_03.",
  ),
  attributesOfDetection03WithBlur: badArgument(
    "Only face attributes 'headpose,mask,qualityforrecognition,blur' are supported by detection_03.",
  ),
  qualityNeedsNewerRecognition: badArgument(
    "'qualityForRecognition' is supported only with recognition_03 and recognition_04.",
  ),
  faceIdInvalid: badArgument("Face ID is invalid."),
  modeInvalid: badArgument("Mode is invalid."),
  candidateCountInvalid: badArgument("The argument maxNumOfCandidatesReturned is not valid."),
  faceIdsLengthInvalid: badArgument("The length of faceIds is not in a valid range."),
  faceListsAllNull: badArgument("LargeFaceListId, faceListId and faceIds are all null."),
  faceListsSeveral: badArgument(
    "2 or more of largeFaceListId, faceListId and faceIds are not null.",
  ),
  mediaTypeInvalid: { status: 415, code: "BadArgument", message: "Invalid Media Type." },
  urlInvalid: { status: 400, code: "InvalidURL", message: "Invalid image URL." },
  urlUnreachable: {
    status: 400,
    code: "InvalidURL",
    message:
      'Invalid image URL or error downloading from target server. Remote server error returned: "An error occurred while sending the request."',
  },
  imageInvalid: {
    status: 400,
    code: "InvalidImage",
    message: "Decoding error, image format unsupported.",
  },
  imageTooSmall: { status: 400, code: "InvalidImageSize", message: "Image size is too small." },
  imageTooBig: { status: 400, code: "InvalidImageSize", message: "Image size is too big." },
  accessDenied: {
    status: 401,
    code: "401",
    message:
      "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
  },
  attributeRetired: {
    status: 403,
    code: "UnsupportedFeature",
    message:
      "The attributes emotion, gender, age, smile, facial hair, hair and makeup are deprecated and no longer supported.",
  },
  faceListUnsupported: {
    status: 403,
    code: "UnsupportedFeature",
    message: "Feature is not supported: face lists and large face lists.",
  },
  faceNotFoundInVerify: { status: 404, code: "FaceNotFound", message: "Face is not found." },
  faceNotFound: { status: 400, code: "FaceNotFound", message: "Face is not found." },
  routeNotFound: { status: 404, code: "404", message: "Resource not found." },
  methodNotAllowed: { status: 405, code: "405", message: "Method not allowed." },
  versionUnsupported: {
    status: 404,
    code: "UnsupportedApiVersion",
    message: "The API version is not supported.",
  },
  requestTimeout: { status: 408, code: "OperationTimeOut", message: "Request Timeout." },
  rateLimited: { status: 429, code: "429", message: "Rate limit is exceeded." },
  internal: { status: 500, code: "InternalServerError", message: "An unexpected error occurred." },
  overloaded: {
    status: 503,
    code: "ServiceUnavailable",
    message: "Too many requests are waiting.",
  },
  storeUnavailable: {
    status: 503,
    code: "ServiceUnavailable",
    message: "The face store is unavailable.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorKey = keyof typeof errorCatalogue;

/** An answer of the contract that is no success. */
export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly status: number;
  readonly code: string;

  constructor(
    readonly key: ErrorKey,
    readonly details: {
      /** Replaces the catalogue's message where the answer must name something. */
      readonly message?: string;
      readonly retryAfterSeconds?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    const entry: ErrorEntry = errorCatalogue[key];
    super(details.message ?? entry.message, { cause: details.cause });
    this.status = entry.status;
    this.code = entry.code;
  }

  /** The JSON body. */
  get body(): { error: { code: string; message: string } } {
    return { error: { code: this.code, message: this.message } };
  }
}
