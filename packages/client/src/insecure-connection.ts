/** Plain `http:` to another machine, over which everybody on the way could read the key. */
import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelineRequest,
  RestError,
} from "@azure/core-rest-pipeline";

/** The `code` of the {@link RestError} of a call over plain `http:` that was not allowed. */
export const insecureConnectionCode = "INSECURE_CONNECTION";

/** The platform's transport. What it would refuse in words alone is refused with a code to go by. */
export function guardedHttpClient(): HttpClient {
  const transport = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      checkConnection(request);
      return transport.sendRequest(request);
    },
  };
}

/** @throws RestError */
function checkConnection(request: PipelineRequest): void {
  if (request.allowInsecureConnection) return;
  const { origin, protocol } = new URL(request.url);
  if (protocol === "https:") return;
  throw new RestError(
    `${origin} would be asked over plain http, where everybody on the way could read the key: allowInsecureConnection is false`,
    { code: insecureConnectionCode, request },
  );
}
