/** Requests as they enter the pipeline. */
import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelineRequest,
} from "@azure/core-rest-pipeline";
import type { OperationOptions } from "./client-options.js";

/** The request of an operation. */
export function operationRequest(
  url: string,
  contentType: string,
  body: Uint8Array | string,
  { abortSignal, timeout }: OperationOptions,
): PipelineRequest {
  return createPipelineRequest({
    url,
    method: "POST",
    headers: createHttpHeaders({ accept: "application/json", "content-type": contentType }),
    body,
    ...(abortSignal === undefined ? {} : { abortSignal }),
    ...(timeout === undefined ? {} : { timeout }),
  });
}

/**
 * A request of the caller's as it is sent. It is a copy, as Python's client makes one: the next client that is given the
 * request has an address and a key of its own.
 * @param base what a relative address is resolved below, without a slash at its end.
 */
export function copiedRequest(request: PipelineRequest, base: string): PipelineRequest {
  const headers = createHttpHeaders(request.headers.toJSON({ preserveCase: true }));
  // createPipelineRequest knows options alone; the agent and the TLS settings of a request are none.
  const copy: PipelineRequest = { ...request, ...createPipelineRequest({ ...request, headers }) };
  if (!/^[a-z][a-z0-9+.-]*:/i.test(copy.url)) {
    copy.url = `${base}/${copy.url.replace(/^\/+/, "")}`;
  }
  return copy;
}

/** Leaves the body of the answer as a stream, whatever its status. */
export function leaveStream(request: PipelineRequest): void {
  // Positive infinity stands for every status.
  request.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
  request.enableBrowserStreams = true;
}
