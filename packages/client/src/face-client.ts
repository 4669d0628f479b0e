import type { AbortSignalLike } from "@azure/abort-controller";
import { AzureKeyCredential, type KeyCredential, type TokenCredential } from "@azure/core-auth";
import {
  RestError,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  isRestError,
  type HttpClient,
  type InternalPipelineOptions,
  type Pipeline,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import {
  defaultApiVersion,
  type ApiVersion,
  type FindSimilarMatchMode,
} from "@mien/contract/names";
import type {
  FaceDetectionResult,
  FaceFindSimilarResult,
  FaceGroupingResult,
  FaceVerificationResult,
  Known,
} from "@mien/contract/results";
import { attemptTimeoutPolicy } from "./attempt-timeout.js";
import { isBodySource, readBody, type BodySource } from "./body-source.js";
import { cognitiveServicesScope, credentialPolicy } from "./credential-policy.js";
import { detectQuery, type DetectParameters } from "./detect-query.js";
import { guardedHttpClient, insecureConnectionCode } from "./insecure-connection.js";
import { isLoopback, keepProxyFromThisMachine } from "./loopback.js";
import { parseResponse } from "./response.js";

export {
  AzureKeyCredential,
  RestError,
  createHttpHeaders,
  createPipelineRequest,
  insecureConnectionCode,
  isRestError,
};
export type {
  BodySource,
  DetectParameters,
  HttpClient,
  KeyCredential,
  Pipeline,
  PipelinePolicy,
  PipelineRequest,
  PipelineResponse,
  TokenCredential,
};
export type {
  ApiVersion,
  FaceAttributeType,
  FaceDetectionModel,
  FaceRecognitionModel,
  FindSimilarMatchMode,
  LandmarkName,
} from "@mien/contract/names";
export type {
  AccessoryItem,
  BlurProperties,
  ExposureProperties,
  FaceAttributes,
  FaceDetectionResult,
  FaceErrorResponse,
  FaceFindSimilarResult,
  FaceGroupingResult,
  FaceLandmarks,
  FaceRectangle,
  FaceVerificationResult,
  FacialHair,
  HairColor,
  HairProperties,
  HeadPose,
  Known,
  LandmarkCoordinate,
  MaskProperties,
  NoiseProperties,
  OcclusionProperties,
} from "@mien/contract/results";

/** An {@link HttpClient} that may hold resources; {@link FaceClient.close} closes it. */
export interface ClosableHttpClient extends HttpClient {
  close?(): Promise<void>;
}

/** A policy of your own, and whether it runs once per call or again at every retry. */
export interface AdditionalPolicy {
  policy: PipelinePolicy;
  position: "perCall" | "perRetry";
}

/**
 * Settings of a {@link FaceClient}, in addition to those of every Azure client: retries, proxy, TLS, redirects, logging. A
 * proxy from the environment (`HTTPS_PROXY` and the like) is not used for calls to this machine; one from `proxyOptions`
 * is.
 */
export interface FaceClientOptions extends InternalPipelineOptions {
  /** Version of the API in the path. Default `v1.1-preview.1`. */
  apiVersion?: Known<ApiVersion>;
  /** Policies of your own. */
  additionalPolicies?: readonly AdditionalPolicy[];
  /** Sends the requests instead of the platform's HTTP client. It is closed with the client if it has a `close`. */
  httpClient?: ClosableHttpClient;
  /**
   * Whether plain `http:` is allowed. Default: only if the endpoint is this machine. A call over `http:` that is not allowed
   * ends with a {@link RestError} whose `code` is {@link insecureConnectionCode}, unless {@link FaceClientOptions.httpClient}
   * sends the requests, which decides by itself. A token is never sent over `http:`; such a call ends with an `Error`.
   */
  allowInsecureConnection?: boolean;
  /** Scopes requested from a token credential. Default: the scope of Azure's cognitive services. */
  credentialScopes?: readonly string[];
}

/** Options of every operation. */
export interface OperationOptions {
  /** Ends the call, including its retries and its wait for a token, with an `AbortError`. */
  abortSignal?: AbortSignalLike;
  /**
   * Time limit of an attempt in milliseconds, from its wait for a token to the end of its answer; an attempt that takes
   * longer ends with an `AbortError`. Default: none, which more than 2147483647 is as well.
   */
  timeout?: number;
  /** Called with each answer before it is parsed. */
  onResponse?: (response: PipelineResponse) => void;
}

/** Parameters of detection, and options of the call. */
export interface DetectOptions extends DetectParameters, OperationOptions {}

/** The picture to analyse. */
export interface DetectFromUrlRequest {
  /** Absolute `http:` or `https:` address from which the service can download the picture. */
  url: string;
}

/** The face to search for, and the faces to search. */
export interface FindSimilarRequest {
  /** The face to search for, from detect. */
  faceId: string;
  /** Candidates from detect, 1..1000, of the same recognition model. */
  faceIds: readonly string[];
  /** Largest number of candidates to answer, 1..1000. The service's default is 20. */
  maxNumOfCandidatesReturned?: number;
  /**
   * `matchPerson`, the service's default, answers only candidates above the same-person threshold; `matchFace` answers the
   * most similar candidates, however low their confidence.
   */
  mode?: Known<FindSimilarMatchMode>;
}

/** The faces to group. */
export interface GroupRequest {
  /** Faces from detect, 2..1000, of the same recognition model. */
  faceIds: readonly string[];
}

/** The two faces to compare. */
export interface VerifyFaceToFaceRequest {
  /** One face, from detect. */
  faceId1: string;
  /** The other face, from detect, of the same recognition model. */
  faceId2: string;
}

/** How {@link FaceClient.sendRequest} reads the answer. */
export interface SendRequestOptions {
  /** Leaves the body of the answer as a stream: `readableStreamBody` in Node, `browserStreamBody` in browsers. */
  stream?: boolean;
}

/**
 * The client of the Face API: detects faces in pictures, compares, searches and groups them.
 *
 * Every operation throws {@link RestError} when the service answers anything but 200: `statusCode` is the status,
 * `code` and `message` are the service's own, `details` is the parsed body. Calls are retried as in every Azure
 * client, at most three times: on 429 and 503 after the time that `Retry-After` names; on 408 and from 500 on, but for
 * 501 and 505, after growing delays; in Node also when the connection fails before an answer begins.
 *
 * @example
 * ```ts
 * const client = new FaceClient("https://face.example.com", new AzureKeyCredential("the key"));
 * const faces = await client.detect(picture, {
 *   detectionModel: "detection_03",
 *   recognitionModel: "recognition_04",
 *   returnFaceId: true,
 * });
 * ```
 */
export class FaceClient {
  /** The policies that every request passes; add or remove policies to change what is sent. */
  readonly pipeline: Pipeline;
  /** `{endpoint}/face/{apiVersion}`, without a slash at its end. */
  readonly #base: string;
  readonly #httpClient: ClosableHttpClient;
  readonly #allowInsecureConnection: boolean;
  /** Calls that have begun, for which the HTTP client stays open. */
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  /**
   * @param endpoint protocol and host name of the service, such as `https://{name}.cognitiveservices.azure.com`.
   * @param credential a key or a token credential. Tokens are never sent over plain `http:`. All calls share a token, so
   *   `getToken` is given no call's `abortSignal`; two minutes before the token ends, another one is asked for.
   * @throws TypeError if the endpoint is not an absolute `http:` or `https:` address, or the credential is neither.
   */
  constructor(
    endpoint: string,
    credential: KeyCredential | TokenCredential,
    options: FaceClientOptions = {},
  ) {
    const address = new URL(endpoint);
    // They would swallow the path that is written behind them.
    address.search = address.hash = "";
    if (address.protocol !== "https:" && address.protocol !== "http:") {
      throw new TypeError(`expected an http: or https: endpoint, not ${address.protocol}`);
    }
    const {
      apiVersion = defaultApiVersion,
      additionalPolicies = [],
      httpClient = guardedHttpClient(),
      allowInsecureConnection = isLoopback(address.hostname),
      credentialScopes = [cognitiveServicesScope],
      ...pipelineOptions
    } = options;
    this.#base = `${address.href.replace(/\/+$/, "")}/face/${encodeURIComponent(apiVersion)}`;
    this.#httpClient = httpClient;
    this.#allowInsecureConnection = allowInsecureConnection;
    this.pipeline = createPipelineFromOptions({
      ...pipelineOptions,
      userAgentOptions: {
        ...pipelineOptions.userAgentOptions,
        userAgentPrefix: [pipelineOptions.userAgentOptions?.userAgentPrefix, "face-client-js/0.1.0"]
          .filter((part) => part !== undefined)
          .join(" "),
      },
    });
    if (pipelineOptions.proxyOptions === undefined) keepProxyFromThisMachine(this.pipeline);
    // Around the credential, so that the wait for a token is part of the attempt.
    this.pipeline.addPolicy(attemptTimeoutPolicy(), { phase: "Sign" });
    this.pipeline.addPolicy(credentialPolicy(credential, address.origin, credentialScopes), {
      phase: "Sign",
    });
    for (const { policy, position } of additionalPolicies) {
      this.pipeline.addPolicy(policy, position === "perRetry" ? { afterPhase: "Retry" } : {});
    }
  }

  /**
   * Detects the faces of a picture, at most 100, the largest first.
   * @param image a JPEG, PNG, GIF (its first frame) or BMP file of 1 KB to 6 MB. The smallest face that can be found
   *   is 36x36 pixels in a picture of up to 1920x1080, and in proportion above.
   * @throws {@link RestError} 400 `BadArgument`, `InvalidImage`, `InvalidImageSize`; 401; 403 `UnsupportedFeature`; 429.
   */
  async detect(image: BodySource, options: DetectOptions = {}): Promise<FaceDetectionResult[]> {
    return this.#run(async () => {
      const body = await readBody(image, options.abortSignal);
      return (await this.#post(
        `detect${detectQuery(options)}`,
        "application/octet-stream",
        body,
        options,
      )) as FaceDetectionResult[];
    });
  }

  /**
   * Detects the faces of a picture that the service downloads.
   * @param body the address, or a prepared JSON body as bytes.
   * @throws {@link RestError} as {@link FaceClient.detect}, and 400 `InvalidURL` if the picture cannot be downloaded.
   */
  async detectFromUrl(
    body: DetectFromUrlRequest | BodySource,
    options: DetectOptions = {},
  ): Promise<FaceDetectionResult[]> {
    return (await this.#postJson(
      `detect${detectQuery(options)}`,
      body,
      ["url"],
      options,
    )) as FaceDetectionResult[];
  }

  /**
   * Searches faces that are similar to a given face, the most similar first.
   * @param body the faces, or a prepared JSON body as bytes.
   * @throws {@link RestError} 400 `BadArgument`; 400 `FaceNotFound` if a faceId is unknown or has expired; 401; 429.
   */
  async findSimilar(
    body: FindSimilarRequest | BodySource,
    options: OperationOptions = {},
  ): Promise<FaceFindSimilarResult[]> {
    return (await this.#postJson(
      "findsimilars",
      body,
      ["faceId", "faceIds"],
      options,
    )) as FaceFindSimilarResult[];
  }

  /**
   * Divides faces into groups of the same or similar people.
   * @param body the faces, or a prepared JSON body as bytes.
   * @throws {@link RestError} 400 `BadArgument`; 400 `FaceNotFound` if a faceId is unknown or has expired; 401; 429.
   */
  async group(
    body: GroupRequest | BodySource,
    options: OperationOptions = {},
  ): Promise<FaceGroupingResult> {
    return (await this.#postJson("group", body, ["faceIds"], options)) as FaceGroupingResult;
  }

  /**
   * Checks whether two faces belong to the same person.
   * @param body the faces, or a prepared JSON body as bytes.
   * @throws {@link RestError} 400 `BadArgument`; 404 `FaceNotFound` if a faceId is unknown or has expired; 401; 429.
   */
  async verifyFaceToFace(
    body: VerifyFaceToFaceRequest | BodySource,
    options: OperationOptions = {},
  ): Promise<FaceVerificationResult> {
    return (await this.#postJson(
      "verify",
      body,
      ["faceId1", "faceId2"],
      options,
    )) as FaceVerificationResult;
  }

  /**
   * Sends any request through the client's policies. A relative address is resolved below `{endpoint}/face/{apiVersion}`.
   * The credential is attached only to requests to the endpoint's own origin. The request object is not changed.
   * @returns the answer, whatever its status.
   */
  async sendRequest(
    request: PipelineRequest,
    options: SendRequestOptions = {},
  ): Promise<PipelineResponse> {
    return this.#run(() => this.#send(request, options));
  }

  /**
   * Closes the HTTP client when the calls that have begun are over. Later calls throw an error; closing twice is allowed.
   */
  async close(): Promise<void> {
    this.#closing ??= this.#closeTransport();
    return this.#closing;
  }

  async #closeTransport(): Promise<void> {
    if (this.#httpClient.close === undefined) return;
    await Promise.allSettled(this.#running);
    await this.#httpClient.close();
  }

  /** What a caller asks for; {@link FaceClient.close} waits for it. */
  async #run<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#closing !== undefined) throw new Error("the client is closed");
    const running = call();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #send(
    request: PipelineRequest,
    options: SendRequestOptions = {},
  ): Promise<PipelineResponse> {
    // A copy, as Python's client makes one: the next client that is given the request has an address and a key of its own.
    const headers = createHttpHeaders(request.headers.toJSON({ preserveCase: true }));
    // createPipelineRequest knows options alone; the agent and the TLS settings of a request are none.
    const sent: PipelineRequest = { ...request, ...createPipelineRequest({ ...request, headers }) };
    if (!/^[a-z][a-z0-9+.-]*:/i.test(sent.url)) {
      sent.url = `${this.#base}/${sent.url.replace(/^\/+/, "")}`;
    }
    sent.allowInsecureConnection ||= this.#allowInsecureConnection;
    if (options.stream === true) {
      // Positive infinity stands for every status.
      sent.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
      sent.enableBrowserStreams = true;
    }
    return this.pipeline.sendRequest(this.#httpClient, sent);
  }

  async #postJson(
    path: string,
    body: object | undefined,
    required: readonly string[],
    options: OperationOptions,
  ): Promise<unknown> {
    return this.#run(async () => {
      if (isBodySource(body)) {
        const bytes = await readBody(body, options.abortSignal);
        return this.#post(path, "application/json", bytes, options);
      }
      const members = (body ?? {}) as Readonly<Record<string, unknown>>;
      for (const name of required) {
        if (members[name] === undefined) {
          throw new TypeError(`missing required argument: ${name}`);
        }
      }
      return this.#post(path, "application/json", JSON.stringify(body), options);
    });
  }

  async #post(
    path: string,
    contentType: string,
    body: Uint8Array | string,
    options: OperationOptions,
  ): Promise<unknown> {
    const request = createPipelineRequest({
      url: `${this.#base}/${path}`,
      method: "POST",
      headers: createHttpHeaders({ accept: "application/json", "content-type": contentType }),
      body,
      ...(options.abortSignal === undefined ? {} : { abortSignal: options.abortSignal }),
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    });
    const response = await this.#send(request);
    options.onResponse?.(response);
    return parseResponse(response);
  }
}
