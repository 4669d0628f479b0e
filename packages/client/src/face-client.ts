import { AzureKeyCredential, type KeyCredential, type TokenCredential } from "@azure/core-auth";
import {
  RestError,
  createHttpHeaders,
  createPipelineRequest,
  isRestError,
  type HttpClient,
  type Pipeline,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import { defaultApiVersion } from "@mien/contract/names";
import type {
  FaceDetectionResult,
  FaceFindSimilarResult,
  FaceGroupingResult,
  FaceVerificationResult,
} from "@mien/contract/results";
import { readBody, type BodySource } from "./body-source.js";
import type {
  ClosableHttpClient,
  DetectOptions,
  FaceClientOptions,
  OperationOptions,
  SendRequestOptions,
} from "./client-options.js";
import { clientPipeline } from "./client-pipeline.js";
import { cognitiveServicesScope } from "./credential-policy.js";
import { detectQuery, type DetectParameters } from "./detect-query.js";
import { guardedHttpClient, insecureConnectionCode } from "./insecure-connection.js";
import { isThisMachine } from "./loopback.js";
import {
  jsonBody,
  type DetectFromUrlRequest,
  type FindSimilarRequest,
  type GroupRequest,
  type VerifyFaceToFaceRequest,
} from "./request-bodies.js";
import { copiedRequest, leaveStream, operationRequest } from "./requests.js";
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
  ClosableHttpClient,
  DetectFromUrlRequest,
  DetectOptions,
  DetectParameters,
  FaceClientOptions,
  FindSimilarRequest,
  GroupRequest,
  HttpClient,
  KeyCredential,
  OperationOptions,
  Pipeline,
  PipelinePolicy,
  PipelineRequest,
  PipelineResponse,
  SendRequestOptions,
  TokenCredential,
  VerifyFaceToFaceRequest,
};
export type { AdditionalPolicy } from "./client-options.js";
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
      allowInsecureConnection = isThisMachine(address.hostname),
      credentialScopes = [cognitiveServicesScope],
      ...pipelineOptions
    } = options;
    this.#base = `${address.href.replace(/\/+$/, "")}/face/${encodeURIComponent(apiVersion)}`;
    this.#httpClient = httpClient;
    this.#allowInsecureConnection = allowInsecureConnection;
    this.pipeline = clientPipeline(
      {
        credential,
        origin: address.origin,
        scopes: credentialScopes,
        additional: additionalPolicies,
      },
      pipelineOptions,
    );
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
    const sent = copiedRequest(request, this.#base);
    sent.allowInsecureConnection ||= this.#allowInsecureConnection;
    if (options.stream === true) leaveStream(sent);
    return this.pipeline.sendRequest(this.#httpClient, sent);
  }

  async #postJson(
    path: string,
    body: object | undefined,
    required: readonly string[],
    options: OperationOptions,
  ): Promise<unknown> {
    return this.#run(async () => {
      const sent = await jsonBody(body, required, options.abortSignal);
      return this.#post(path, "application/json", sent, options);
    });
  }

  async #post(
    path: string,
    contentType: string,
    body: Uint8Array | string,
    options: OperationOptions,
  ): Promise<unknown> {
    const request = operationRequest(`${this.#base}/${path}`, contentType, body, options);
    const response = await this.#send(request);
    options.onResponse?.(response);
    return parseResponse(response);
  }
}
