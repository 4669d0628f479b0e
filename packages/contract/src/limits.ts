/** What the contract allows at least and at most, in one place. Each `minimum` and `maximum` is itself allowed. */
export const limits = {
  /** Bytes of an uploaded or downloaded picture. */
  pictureBytes: { minimum: 1024, maximum: 6 * 1024 * 1024 },
  /** Pixels of a picture, as its header states them. */
  picturePixels: { maximum: 64_000_000 },
  /** Seconds that a faceId lives. */
  faceIdTimeToLive: { minimum: 60, maximum: 86_400, default: 86_400 },
  /** Faces answered for one picture. */
  facesPerPicture: 100,
  findSimilar: {
    /** Faces that are searched. */
    faceIds: { minimum: 1, maximum: 1000 },
    /** Candidates that are answered. */
    maxNumOfCandidatesReturned: { minimum: 1, maximum: 1000, default: 20 },
  },
  /** Faces that are grouped. */
  group: { faceIds: { minimum: 2, maximum: 1000 } },
  /** Bytes of a request's first line and its headers together. */
  headBytes: 16 * 1024,
  /** Redirects that are followed on the way to a picture by URL. */
  redirects: 3,
  /** Bytes of a JSON body: 1000 faceIds with room for white space. */
  jsonBytes: 256 * 1024,
  /** Confidence at and above which two faces are the same person. */
  samePersonConfidence: 0.5,
} as const;
