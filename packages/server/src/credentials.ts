/** Who is calling: keys become tenants. Keys are kept as hashes and compared in constant time. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { ContractError } from "@mien/contract/errors";

interface KnownKey {
  readonly tenant: string;
  readonly hash: Buffer;
}

const defaultTenant = "default";

function hashed(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

/** @param entries each `key` or `tenant:key`. */
export function knownKeys(entries: readonly string[]): readonly KnownKey[] {
  return entries.map((entry) => {
    const colon = entry.indexOf(":");
    return colon === -1
      ? { tenant: defaultTenant, hash: hashed(entry) }
      : { tenant: entry.slice(0, colon), hash: hashed(entry.slice(colon + 1)) };
  });
}

/**
 * The tenant of a request by its key header, bearer token or `subscription-key` parameter.
 * @throws ContractError `accessDenied`
 */
export function tenantOf(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
  keys: readonly KnownKey[],
): string {
  const header = headers["ocp-apim-subscription-key"];
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  const given =
    (typeof header === "string" ? header : undefined) ?? bearer ?? query.get("subscription-key");
  if (given === null || given === "") throw new ContractError("accessDenied");
  const hash = hashed(given);
  let tenant: string | undefined;
  // Every key is looked at, so that the time tells nothing of which one was near.
  for (const known of keys) if (timingSafeEqual(known.hash, hash)) tenant = known.tenant;
  if (tenant === undefined) throw new ContractError("accessDenied");
  return tenant;
}
