import { Readable } from "node:stream";
import {
  createHttpHeaders,
  type ClosableHttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from "@mien/client";

/** A request as a Fastify server takes it without a socket. */
export interface InjectedRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS";
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly payload?: Buffer | string;
}

/** An answer as a Fastify server gives it without a socket. */
export interface InjectedResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly rawPayload: Buffer;
}

/** As much of a Fastify server as the client needs. */
export interface InjectableServer {
  /** @param signal fires when the caller does not want the answer any more. */
  inject(request: InjectedRequest, signal: AbortSignal): PromiseLike<InjectedResponse>;
  close(): PromiseLike<unknown>;
}

/**
 * Hands each request of a client to a server of the same process: through the same routes, credentials and
 * validation, without a socket. Closing it closes the server.
 */
export function injectHttpClient(server: InjectableServer): ClosableHttpClient {
  return {
    async sendRequest(request) {
      const call = signalOf(request);
      const { signal } = call;
      try {
        signal.throwIfAborted();
        // What it refuses must be thrown before there is a promise that nobody would wait for.
        const injected = injectedRequest(request);
        const aborted = new Promise<never>((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        });
        const answer = Promise.resolve(server.inject(injected, signal));
        return pipelineResponse(request, await Promise.race([answer, aborted]));
      } finally {
        call.forget();
      }
    },
    async close() {
      await server.close();
    },
  };
}

function injectedRequest(request: PipelineRequest): InjectedRequest {
  if (request.method === "TRACE") throw new TypeError("TRACE is not supported");
  const url = new URL(request.url);
  return {
    method: request.method,
    url: url.pathname + url.search,
    headers: { host: url.host, ...request.headers.toJSON() },
    ...payloadOf(request.body),
  };
}

function payloadOf(body: PipelineRequest["body"]): { payload?: Buffer | string } {
  if (body === undefined || body === null) return {};
  if (typeof body === "string") return { payload: body };
  if (ArrayBuffer.isView(body)) {
    return { payload: Buffer.from(body.buffer, body.byteOffset, body.byteLength) };
  }
  if (body instanceof ArrayBuffer) return { payload: Buffer.from(body) };
  throw new TypeError("the body of a request within the process must be bytes or text");
}

function pipelineResponse(request: PipelineRequest, response: InjectedResponse): PipelineResponse {
  const headers = createHttpHeaders();
  for (const [name, value] of Object.entries(response.headers)) {
    if (value === undefined) continue;
    headers.set(name, typeof value === "object" ? value.join(", ") : value);
  }
  const streamed = request.streamResponseStatusCodes;
  const asStream =
    streamed?.has(Number.POSITIVE_INFINITY) === true || streamed?.has(response.statusCode) === true;
  return {
    request,
    status: response.statusCode,
    headers,
    ...(asStream
      ? { readableStreamBody: Readable.from([response.rawPayload]) }
      : { bodyAsText: response.rawPayload.toString("utf8") }),
  };
}

interface CallSignal {
  readonly signal: AbortSignal;
  /** Lets go of the caller's signal, which may outlive many calls, and of the time limit. */
  forget(): void;
}

/**
 * The caller's signal and the attempt's time limit as one. Not by `AbortSignal.any`: what listens to a limit of its own is
 * kept until that is over, and the picture with it.
 */
function signalOf(request: PipelineRequest): CallSignal {
  const controller = new AbortController();
  const abort = () => controller.abort(new DOMException("the call was aborted", "AbortError"));
  const late = () => controller.abort(new DOMException("the call timed out", "TimeoutError"));
  if (request.abortSignal?.aborted === true) abort();
  request.abortSignal?.addEventListener("abort", abort);
  const timer = request.timeout > 0 ? setTimeout(late, request.timeout).unref() : undefined;
  return {
    signal: controller.signal,
    forget() {
      clearTimeout(timer);
      request.abortSignal?.removeEventListener("abort", abort);
    },
  };
}
