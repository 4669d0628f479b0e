import {
  isTokenCredential,
  type AccessToken,
  type GetTokenOptions,
  type KeyCredential,
  type TokenCredential,
} from "@azure/core-auth";
import {
  bearerTokenAuthenticationPolicy,
  bearerTokenAuthenticationPolicyName,
  type PipelinePolicy,
} from "@azure/core-rest-pipeline";
import { TokenCache } from "./token-cache.js";

/** The scope that Azure's cognitive services ask of a token. */
export const cognitiveServicesScope = "https://cognitiveservices.azure.com/.default";

const keyHeader = "Ocp-Apim-Subscription-Key";

/**
 * Signs requests to one origin with a key or a bearer token. A request to any other origin, be it by `sendRequest`
 * or by a redirect, leaves without either.
 * @throws TypeError when the credential is neither.
 */
export function credentialPolicy(
  credential: KeyCredential | TokenCredential,
  origin: string,
  scopes: readonly string[],
): PipelinePolicy {
  checkCredential(credential);
  const signing = isTokenCredential(credential)
    ? tokenPolicy(credential, scopes)
    : keyPolicy(credential);
  return {
    name: signing.name,
    sendRequest(request, next) {
      if (new URL(request.url).origin === origin) return signing.sendRequest(request, next);
      request.headers.delete(keyHeader);
      request.headers.delete("Authorization");
      return next(request);
    },
  };
}

/** Programs without types: a bare string would have the word `undefined` sent as the key. */
function checkCredential(credential: unknown): void {
  if (isTokenCredential(credential)) return;
  if (typeof (credential as Partial<KeyCredential> | null | undefined)?.key === "string") return;
  throw new TypeError("expected an AzureKeyCredential or a TokenCredential");
}

/** Azure's policy sends the token and answers challenges; which token it is, and how long to wait for it, is ours. */
function tokenPolicy(credential: TokenCredential, scopes: readonly string[]): PipelinePolicy {
  const tokens = new TokenCache(credential, scopes);
  return {
    name: bearerTokenAuthenticationPolicyName,
    sendRequest(request, next) {
      // One for each request, so that its own cache, which is shared in the wrong way, is shared by none.
      const getToken = (_scopes: unknown, options?: GetTokenOptions): Promise<AccessToken> => {
        const { abortSignal, timeout, tracingOptions } = request;
        return tokens.get({ abortSignal, timeout, tracingOptions, claims: options?.claims });
      };
      const policy = bearerTokenAuthenticationPolicy({
        credential: { getToken },
        scopes: [...scopes],
      });
      return policy.sendRequest(request, next);
    },
  };
}

function keyPolicy(credential: KeyCredential): PipelinePolicy {
  return {
    name: "subscriptionKeyPolicy",
    sendRequest(request, next) {
      // Read at every request: a credential may be given a new key while the client lives.
      request.headers.set(keyHeader, credential.key);
      return next(request);
    },
  };
}
