/** This very machine, where nobody in between can read along. */
import { type Pipeline, proxyPolicyName } from "@azure/core-rest-pipeline";

/** Whether a host name of a URL means this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/**
 * A proxy that the environment names is for the world outside: calls to this machine would end at the proxy's own
 * machine, with the key in plain text.
 */
export function keepProxyFromThisMachine(pipeline: Pipeline): void {
  for (const proxy of pipeline.removePolicy({ name: proxyPolicyName }))
    pipeline.addPolicy({
      name: proxy.name,
      sendRequest: (request, next) =>
        isLoopback(new URL(request.url).hostname)
          ? next(request)
          : proxy.sendRequest(request, next),
    });
}
