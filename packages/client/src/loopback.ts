/** This very machine, where nobody in between can read along. */
import { type Pipeline, proxyPolicyName } from "@azure/core-rest-pipeline";
import { isLoopback } from "@mien/contract/loopback";

/** Whether a host name of a URL means this machine; as browsers do, also a name below `localhost`. */
export function isThisMachine(hostname: string): boolean {
  return isLoopback(hostname) || hostname.endsWith(".localhost");
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
        isThisMachine(new URL(request.url).hostname)
          ? next(request)
          : proxy.sendRequest(request, next),
    });
}
