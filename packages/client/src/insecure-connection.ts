/** Plain `http:` to another machine, over which everybody on the way could read the key. */
import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelineRequest,
  RestError,
} from "@azure/core-rest-pipeline";

/** The `code` of the {@link RestError} of a call over plain `http:` that was not allowed. */
export const insecureConnectionCode = "INSECURE_CONNECTION";

/**
 * The platform's transport. What it would refuse in words alone is refused with a code to go by, and addresses of IPv6 are
 * found.
 */
export function guardedHttpClient(): HttpClient {
  const transport = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      checkConnection(request);
      const { requestOverrides } = request;
      const address = bareAddress(request.url);
      if (address === undefined) return transport.sendRequest(request);
      request.requestOverrides = { hostname: address, ...requestOverrides };
      try {
        return await transport.sendRequest(request);
      } finally {
        // A redirection sends the same request elsewhere.
        if (requestOverrides === undefined) delete request.requestOverrides;
        else request.requestOverrides = requestOverrides;
      }
    },
  };
}

/**
 * An address of IPv6 without the brackets that it has in a URL: Node would look for a host of that name. The `fetch` of
 * browsers goes by the URL, and passes over a host name.
 */
function bareAddress(url: string): string | undefined {
  return /^\[(.+)\]$/.exec(new URL(url).hostname)?.[1];
}

/** @throws RestError */
function checkConnection(request: PipelineRequest): void {
  if (request.allowInsecureConnection) return;
  const { origin, protocol } = new URL(request.url);
  if (protocol === "https:") return;
  throw new RestError(
    `${origin} is plain http, over which anyone on the network could read the key: use https, or set allowInsecureConnection to true`,
    { code: insecureConnectionCode, request },
  );
}
