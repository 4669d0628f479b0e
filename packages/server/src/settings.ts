/** From flags and environment to the settings of a server. */
import { isIPv6 } from "node:net";
import { cpuQuota } from "@mien/service/cpu-quota";
import type { BearerTokenSettings } from "./door/bearer-tokens.js";
import {
  readApiKeys,
  readBearerTokens,
  readOrigins,
  readRateLimit,
  readTlsFiles,
} from "./door/door-settings.js";
import type { RateLimit } from "./door/rate-limiter.js";
import type { TlsFiles } from "./door/tls.js";
import type { AllowedOrigins } from "./door/web-pages.js";
import {
  type LogLevel,
  logLevels,
  type MetricsAudience,
  metricsAudiences,
} from "./observability/choices.js";
import { type RawSettings, settingRows } from "./setting-rows.js";
import { type ServerSettingValues, SettingValues } from "./setting-values.js";
import { readPictureHosts } from "./url-input/picture-hosts.js";

/**
 * Settings after they were checked; {@link settingRows} says what each is. `undefined` and empty texts stand for what is
 * switched off or left to the server.
 */
export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  /** `key` or `tenant:key`, as configured; empty when none is. */
  readonly apiKeys: readonly string[];
  readonly keysFile: string | undefined;
  readonly bearerTokens: BearerTokenSettings | undefined;
  readonly tls: TlsFiles | undefined;
  /** Web pages of other origins whose scripts may call. */
  readonly origins: AllowedOrigins;
  readonly rateLimit: RateLimit | undefined;
  readonly queueLimit: number | undefined;
  /** Milliseconds from arrival to answer of a picture. */
  readonly waitLimit: number;
  readonly recycleAfter: number;
  readonly workerNiceness: number;
  readonly dataDirectory: string;
  readonly storeUrl: string;
  readonly storeReplicas: number | undefined;
  readonly masterKey: string;
  readonly masterKeyFile: string;
  readonly workers: number;
  readonly strict: boolean;
  readonly urlInput: boolean;
  /** Whether retired attributes are answered. */
  readonly retiredAttributes: boolean;
  readonly urlAllow: readonly string[];
  readonly playground: boolean;
  readonly log: LogLevel;
  readonly metrics: MetricsAudience;
  /** Base address of an OTLP/HTTP collector; empty: no traces. */
  readonly traces: string;
}

/** How many worker threads there may be. */
export const workerRange = { minimum: 1, maximum: 256 } as const;

/** Flags win over the environment, the environment over the defaults. @throws SettingError */
export function readSettings(
  flags: RawSettings,
  environment: Readonly<Record<string, string | undefined>>,
): ServerSettings {
  const values = new SettingValues(settingRows, flags, environment);
  values.notBoth("masterKey", "masterKeyFile");
  values.uselessWithout("storeReplicas", "storeUrl");
  return {
    host: host(values),
    port: values.whole("port", 0, 65_535),
    apiKeys: readApiKeys(values),
    keysFile: values.optional("keysFile"),
    bearerTokens: readBearerTokens(values),
    tls: readTlsFiles(values),
    origins: readOrigins(values),
    rateLimit: readRateLimit(values),
    waitLimit: values.whole("waitLimit", 100, 600_000),
    recycleAfter: values.whole("recycleAfter", 0, 999_999),
    workerNiceness: values.whole("workerNiceness", 0, 19),
    queueLimit: values.optionalWhole("queueLimit", 1, 100_000),
    dataDirectory: values.raw("dataDirectory"),
    storeUrl: values.raw("storeUrl"),
    storeReplicas: values.optionalWhole("storeReplicas", 0, 16),
    masterKey: values.raw("masterKey"),
    masterKeyFile: values.raw("masterKeyFile"),
    workers:
      values.optionalWhole("workers", workerRange.minimum, workerRange.maximum) ?? cpuQuota(),
    strict: values.choice("strict", "1", "0"),
    urlInput: values.choice("urlInput", "on", "off"),
    urlAllow: readPictureHosts(values),
    retiredAttributes: values.choice("retiredAttributes", "allow", "refuse"),
    playground: values.choice("playground", "on", "off"),
    log: values.word("log", logLevels),
    metrics: values.word("metrics", metricsAudiences),
    traces: values.url("traces"),
  };
}

/** An address of IPv6 as it is listened on; in URLs it stands in brackets, and is often copied from there. */
function host(values: ServerSettingValues): string {
  const text = values.raw("host");
  const bare = /^\[(.+)\]$/.exec(text)?.[1] ?? "";
  return isIPv6(bare) ? bare : text;
}
