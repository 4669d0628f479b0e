import { RestError, type PipelineResponse } from "@azure/core-rest-pipeline";

/**
 * The JSON value of a 200 answer.
 * @throws RestError with `code`, `statusCode`, `message` and, in `details`, the parsed body, for any other answer,
 *   and with code `PARSE_ERROR` where a 200 carries no JSON.
 */
export function parseResponse(response: PipelineResponse): unknown {
  const body = parseJson(response.bodyAsText ?? "");
  if (response.status !== 200) throw responseError(response, body);
  if (body === undefined) {
    throw new RestError("the response is not JSON", {
      code: RestError.PARSE_ERROR,
      statusCode: response.status,
      request: response.request,
      response,
    });
  }
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function responseError(response: PipelineResponse, body: unknown): RestError {
  const { code, message } = readError(body);
  const text = (response.bodyAsText ?? "").trim();
  // A proxy in between may answer with a page of its own; its first words are more useful than nothing.
  const fallback = `unexpected status ${response.status}${text === "" ? "" : `: ${text.slice(0, 200)}`}`;
  const error = new RestError(message ?? fallback, {
    code: code ?? String(response.status),
    statusCode: response.status,
    request: response.request,
    response,
  });
  if (body !== undefined) error.details = body;
  return error;
}

/** Reads `{error: {code, message}}`, and the gateway's form that has `statusCode` instead of `code`. */
function readError(body: unknown): { code?: string; message?: string } {
  const error = member(body, "error");
  const code = member(error, "code");
  const message = member(error, "message");
  return {
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof message === "string" ? { message } : {}),
  };
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
