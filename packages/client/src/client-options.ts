/** What a client, and a call, may be told. */
import type { AbortSignalLike } from "@azure/abort-controller";
import type {
  HttpClient,
  InternalPipelineOptions,
  PipelinePolicy,
  PipelineResponse,
} from "@azure/core-rest-pipeline";
import type { ApiVersion } from "@mien/contract/names";
import type { Known } from "@mien/contract/results";
import type { DetectParameters } from "./detect-query.js";

/** An {@link HttpClient} that may hold resources; `FaceClient.close` closes it. */
export interface ClosableHttpClient extends HttpClient {
  close?(): Promise<void>;
}

/** A policy of your own, and whether it runs once per call or again at every retry. */
export interface AdditionalPolicy {
  policy: PipelinePolicy;
  position: "perCall" | "perRetry";
}

/**
 * Settings of a `FaceClient`, in addition to those of every Azure client: retries, proxy, TLS, redirects, logging. A
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
   * ends with a `RestError` whose `code` is `insecureConnectionCode`, unless {@link FaceClientOptions.httpClient}
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

/** How `FaceClient.sendRequest` reads the answer. */
export interface SendRequestOptions {
  /** Leaves the body of the answer as a stream: `readableStreamBody` in Node, `browserStreamBody` in browsers. */
  stream?: boolean;
}
