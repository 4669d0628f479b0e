import type { KeyCredential, TokenCredential } from "@azure/core-auth";
import {
  createPipelineFromOptions,
  type InternalPipelineOptions,
  type Pipeline,
} from "@azure/core-rest-pipeline";
import { attemptTimeoutPolicy } from "./attempt-timeout.js";
import type { AdditionalPolicy } from "./client-options.js";
import { credentialPolicy } from "./credential-policy.js";
import { keepProxyFromThisMachine } from "./loopback.js";

/** What the requests of a client pass beside the policies of every Azure client. */
export interface ClientPolicies {
  readonly credential: KeyCredential | TokenCredential;
  /** The only origin to which the credential is sent. */
  readonly origin: string;
  /** Of a token. */
  readonly scopes: readonly string[];
  readonly additional: readonly AdditionalPolicy[];
}

/** @throws TypeError when the credential is neither a key nor a token credential. */
export function clientPipeline(
  { credential, origin, scopes, additional }: ClientPolicies,
  options: InternalPipelineOptions,
): Pipeline {
  const pipeline = createPipelineFromOptions({
    ...options,
    userAgentOptions: {
      ...options.userAgentOptions,
      userAgentPrefix: [options.userAgentOptions?.userAgentPrefix, "face-client-js/0.1.0"]
        .filter((part) => part !== undefined)
        .join(" "),
    },
  });
  if (options.proxyOptions === undefined) keepProxyFromThisMachine(pipeline);
  // Around the credential, so that the wait for a token is part of the attempt.
  pipeline.addPolicy(attemptTimeoutPolicy(), { phase: "Sign" });
  pipeline.addPolicy(credentialPolicy(credential, origin, scopes), { phase: "Sign" });
  for (const { policy, position } of additional) {
    pipeline.addPolicy(policy, position === "perRetry" ? { afterPhase: "Retry" } : {});
  }
  return pipeline;
}
