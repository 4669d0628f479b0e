/** Bearer tokens of the operator's own identity provider. */
import { readFileSync } from "node:fs";
import { ContractError } from "@mien/contract/errors";
import { isLoopback } from "@mien/contract/loopback";
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  jwtVerify,
  type JWTVerifyGetKey,
  type LocalJWKSet,
} from "jose";
import { SettingError } from "../setting-error.js";
import { fetchedKeys } from "./fetched-keys.js";
import { type Identity, isTenantName } from "./key-ring.js";

/** What a token must be signed by and say. */
export interface BearerTokenSettings {
  /** The provider's signing keys: an https address, one of http on this machine, or a file. */
  readonly keySet: string;
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  /** The claim that names the tenant. */
  readonly tenantClaim: string;
  /** Seconds that the provider's clock and ours may differ by. */
  readonly clockTolerance: number;
}

/** Checks bearer tokens of one identity provider. */
export interface TokenJudge {
  /** @throws ContractError `accessDenied`, `identityProviderUnavailable` */
  judge(token: string): Promise<Identity>;
  /** The file of signing keys, when they are in one. */
  readonly file: string | undefined;
  /** Whether that file has no key at all, so that every token is refused. */
  readonly isKeyless: boolean;
  /** Reads the file again. @throws SettingError */
  reload(): void;
}

/** Nothing for the path of a file. @throws SettingError without repeating what may hold a password. */
function keySetAddress(text: string): URL | undefined {
  if (!/^(?:https?:|[a-z][a-z0-9+.-]*:\/\/)/i.test(text)) return undefined;
  if (!/^https?:/i.test(text) || !URL.canParse(text))
    throw new SettingError("MIEN_JWKS must be an https URL or the path of a file");
  const url = new URL(text);
  // They could not be sent, and would be logged with each try.
  if (url.username !== "" || url.password !== "")
    throw new SettingError(
      "MIEN_JWKS must not contain a user name or password: signing keys are public",
    );
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    throw new SettingError(
      "MIEN_JWKS must use https: whoever can change the keys can pose as anyone",
    );
  return url;
}

function keySetFile(path: string): LocalJWKSet {
  try {
    return createLocalJWKSet(JSON.parse(readFileSync(path, "utf8")) as JSONWebKeySet);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new SettingError(
      code?.startsWith("E") === true && !code.startsWith("ERR_")
        ? `MIEN_JWKS: ${path} cannot be read (${code})`
        : `MIEN_JWKS: ${path} is not a JSON Web Key Set`,
      { cause },
    );
  }
}

/** What is said of a file of signing keys that has none. */
export function unsignedNotice(path: string): string {
  return `${path} contains no key: every token is refused`;
}

/** Whether it was the provider that failed, and not the token. */
function isProviderFailure(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return (
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === "ERR_JOSE_GENERIC"
  );
}

/**
 * @param refetchAfter milliseconds between two fetches of the provider's keys because a token names one that is not
 * known: rotation is noticed, and tokens with invented names cost the provider nothing.
 * @throws SettingError
 */
export function createTokenJudge(settings: BearerTokenSettings, refetchAfter = 30_000): TokenJudge {
  const address = keySetAddress(settings.keySet);
  let local = address === undefined ? keySetFile(settings.keySet) : undefined;
  const find: JWTVerifyGetKey =
    address === undefined
      ? (header, jws) => local!(header, jws)
      : fetchedKeys(address, refetchAfter);
  return {
    file: address === undefined ? settings.keySet : undefined,
    get isKeyless() {
      return local?.jwks().keys.length === 0;
    },
    reload() {
      if (address === undefined) local = keySetFile(settings.keySet);
    },
    async judge(token) {
      try {
        const { payload } = await jwtVerify(token, find, {
          issuer: settings.issuer,
          audience: settings.audience,
          algorithms: [...settings.algorithms],
          clockTolerance: settings.clockTolerance,
          requiredClaims: ["exp", settings.tenantClaim],
        });
        const tenant = payload[settings.tenantClaim];
        if (!isTenantName(tenant)) throw new ContractError("accessDenied");
        return { tenant, credential: `token of ${tenant} ${payload.sub ?? ""}` };
      } catch (cause) {
        if (cause instanceof ContractError) throw cause;
        if (isProviderFailure(cause))
          throw new ContractError("identityProviderUnavailable", { cause, retryAfterSeconds: 5 });
        throw new ContractError("accessDenied", { cause });
      }
    },
  };
}
