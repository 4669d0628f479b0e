/** Settings of the door: who may call, how often, and by which certificate the server is known. */
import { SettingError } from "../setting-error.js";
import { settingRows } from "../setting-rows.js";
import type { ServerSettingValues } from "../setting-values.js";
import type { BearerTokenSettings } from "./bearer-tokens.js";
import type { RateLimit } from "./rate-limiter.js";
import type { TlsFiles } from "./tls.js";
import { tokenAlgorithms } from "./token-algorithms.js";
import type { AllowedOrigins } from "./web-pages.js";

/** Whoever sets a list of keys relies on one of them: where none is left, no other is made in its place. */
export function readApiKeys(values: ServerSettingValues): readonly string[] {
  const keys = values.list("apiKeys");
  if (keys.length === 0 && values.isSet("apiKeys"))
    throw new SettingError(`${settingRows.apiKeys.environment} is set but contains no key`);
  return keys;
}

/** What is said of tokens, which only who sets a key set accepts. */
const tokenSettings = [
  "jwtIssuer",
  "jwtAudience",
  "jwtAlgorithms",
  "jwtTenantClaim",
  "jwtClockTolerance",
] as const;

export function readBearerTokens(values: ServerSettingValues): BearerTokenSettings | undefined {
  for (const name of tokenSettings) values.uselessWithout(name, "jwks");
  const keySet = values.optional("jwks");
  if (keySet === undefined) return undefined;
  const algorithms = values.list("jwtAlgorithms");
  const unknown = algorithms.find((name) => !tokenAlgorithms.some((known) => known === name));
  if (algorithms.length === 0 || unknown !== undefined)
    throw new SettingError(
      `${settingRows.jwtAlgorithms.environment} must list only ${tokenAlgorithms.join(", ")}, not "${unknown ?? ""}"`,
    );
  return {
    keySet,
    issuer: values.neededWith("jwtIssuer", "jwks"),
    audience: values.neededWith("jwtAudience", "jwks"),
    algorithms,
    tenantClaim: values.neededWith("jwtTenantClaim", "jwks"),
    clockTolerance: values.whole("jwtClockTolerance", 0, 600),
  };
}

export function readTlsFiles(values: ServerSettingValues): TlsFiles | undefined {
  if (values.raw("tlsCertificate") === "" && values.raw("tlsKey") === "") return undefined;
  return {
    certificate: values.neededWith("tlsCertificate", "tlsKey"),
    key: values.neededWith("tlsKey", "tlsCertificate"),
  };
}

export function readOrigins(values: ServerSettingValues): AllowedOrigins {
  const words = values.list("origins");
  if (words.length === 1 && words[0] === "*") return "*";
  if (words.length === 1 && words[0] === "off") return [];
  return words.map((word) => {
    const url = URL.canParse(word) ? new URL(word) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`)
      throw new SettingError(
        `${settingRows.origins.environment} must be *, off, or a list of origins such as https://album.example, not "${word}"`,
      );
    return url.origin;
  });
}

export function readRateLimit(values: ServerSettingValues): RateLimit | undefined {
  const perSecond = values.whole("rateLimit", 0, 100_000);
  const burst = values.optionalWhole("rateBurst", 1, 100_000);
  values.uselessWithout("rateBurst", "rateLimit");
  if (perSecond === 0 && burst !== undefined)
    throw new SettingError(
      `${settingRows.rateBurst.environment} has no effect while ${settingRows.rateLimit.environment} is 0, which means no limit`,
    );
  return perSecond === 0 ? undefined : { perSecond, burst: burst ?? perSecond * 2 };
}
