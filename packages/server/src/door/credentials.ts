/** Who is calling: the credential of a request becomes an identity. */
import type { IncomingHttpHeaders } from "node:http";
import { ContractError } from "@mien/contract/errors";
import type { TokenJudge } from "./bearer-tokens.js";
import type { Identity, KeyRing } from "./key-ring.js";

/** The credentials that the server knows. */
export interface Credentials {
  readonly keys: KeyRing;
  /** Absent: no identity provider is configured, and a bearer token can only be a key. */
  readonly tokens: TokenJudge | undefined;
}

const tokenShape = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * By the key header, the bearer token or the `subscription-key` parameter, whichever comes first.
 * @throws ContractError `accessDenied`, `identityProviderUnavailable`
 */
export async function identify(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
  { keys, tokens }: Credentials,
): Promise<Identity> {
  const header = headers["ocp-apim-subscription-key"];
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  if (typeof header !== "string" && bearer !== undefined && tokenShape.test(bearer) && tokens)
    return tokens.judge(bearer);
  const key = typeof header === "string" ? header : (bearer ?? query.get("subscription-key"));
  const identity = key === null || key === "" ? undefined : keys.find(key);
  if (identity === undefined) throw new ContractError("accessDenied");
  return identity;
}
