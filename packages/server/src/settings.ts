/** Every setting of the server: one row each, for flags, environment and documentation. */
import { isIPv6 } from "node:net";
import { cpuQuota } from "@mien/service/cpu-quota";
import type { BearerTokenSettings } from "./door/bearer-tokens.js";
import type { RateLimit } from "./door/rate-limiter.js";
import type { TlsFiles } from "./door/tls.js";
import type { AllowedOrigins } from "./door/web-pages.js";
import { tokenAlgorithms } from "./door/token-algorithms.js";
import {
  type LogLevel,
  logLevels,
  type MetricsAudience,
  metricsAudiences,
} from "./observability/choices.js";
import { SettingError } from "./setting-error.js";
import { SettingValues } from "./setting-values.js";

/** A setting. `fallback` is written as an operator would write it, and empty where there is no default. */
export interface SettingRow {
  readonly environment: string;
  readonly flag: string;
  readonly fallback: string;
  readonly meaning: string;
}

/** Every setting of the server, in the order of the help. */
export const settingRows = {
  host: {
    environment: "MIEN_HOST",
    flag: "--host <address>",
    fallback: "127.0.0.1",
    meaning: "address to listen on; addresses other than loopback need a configured key",
  },
  port: {
    environment: "MIEN_PORT",
    flag: "--port <number>",
    fallback: "5050",
    meaning: "port to listen on; 0 picks a free one and prints it",
  },
  apiKeys: {
    environment: "MIEN_API_KEYS",
    flag: "--api-keys <list>",
    fallback: "",
    meaning:
      "comma-separated keys, each key or tenant:key; without any, a keys file or a JWKS, a key is generated in the data directory",
  },
  keysFile: {
    environment: "MIEN_KEYS_FILE",
    flag: "--keys-file <file>",
    fallback: "",
    meaning: "file of hashed keys, written by `mien key`; read again when it changes and on SIGHUP",
  },
  jwks: {
    environment: "MIEN_JWKS",
    flag: "--jwks <url or file>",
    fallback: "",
    meaning: "signing keys of the identity provider whose bearer tokens are accepted",
  },
  jwtIssuer: {
    environment: "MIEN_JWT_ISSUER",
    flag: "--jwt-issuer <issuer>",
    fallback: "",
    meaning: "required issuer of tokens; needed with MIEN_JWKS",
  },
  jwtAudience: {
    environment: "MIEN_JWT_AUDIENCE",
    flag: "--jwt-audience <audience>",
    fallback: "",
    meaning: "required audience of tokens; needed with MIEN_JWKS",
  },
  jwtAlgorithms: {
    environment: "MIEN_JWT_ALGORITHMS",
    flag: "--jwt-algorithms <list>",
    fallback: "RS256",
    meaning: "comma-separated signature algorithms that are accepted for tokens",
  },
  jwtTenantClaim: {
    environment: "MIEN_JWT_TENANT_CLAIM",
    flag: "--jwt-tenant-claim <name>",
    fallback: "tid",
    meaning: "claim of a token that contains its tenant",
  },
  jwtClockTolerance: {
    environment: "MIEN_JWT_CLOCK_TOLERANCE",
    flag: "--jwt-clock-tolerance <seconds>",
    fallback: "60",
    meaning: "seconds by which the identity provider's clock may differ",
  },
  tlsCertificate: {
    environment: "MIEN_TLS_CERT",
    flag: "--tls-cert <file>",
    fallback: "",
    meaning: "certificate chain in PEM; serves https instead of http",
  },
  tlsKey: {
    environment: "MIEN_TLS_KEY",
    flag: "--tls-key <file>",
    fallback: "",
    meaning: "key of the certificate; both files are read again when they change and on SIGHUP",
  },
  origins: {
    environment: "MIEN_ORIGINS",
    flag: "--origins <list>",
    fallback: "*",
    meaning:
      "comma-separated origins of web pages that may call the service with a key, such as https://album.example; *: all; off: none",
  },
  rateLimit: {
    environment: "MIEN_RATE_LIMIT",
    flag: "--rate-limit <number>",
    fallback: "0",
    meaning: "calls per second of each key, beyond which it gets 429; 0: no limit",
  },
  rateBurst: {
    environment: "MIEN_RATE_BURST",
    flag: "--rate-burst <number>",
    fallback: "",
    meaning: "calls at once of a key after a pause; default twice MIEN_RATE_LIMIT",
  },
  queueLimit: {
    environment: "MIEN_QUEUE_LIMIT",
    flag: "--queue-limit <number>",
    fallback: "",
    meaning:
      "calls that may run or wait at once, beyond which they get 503; default 64 for each worker",
  },
  waitLimit: {
    environment: "MIEN_MAX_WAIT",
    flag: "--max-wait <milliseconds>",
    fallback: "10000",
    meaning:
      "a picture whose answer would take longer than this gets 503, at once unless it would be its tenant's only one to wait",
  },
  recycleAfter: {
    environment: "MIEN_RECYCLE_AFTER",
    flag: "--recycle-after <pictures>",
    fallback: "0",
    meaning:
      "pictures after which a worker is replaced by a new one, between two pictures; 0: never",
  },
  workerNiceness: {
    environment: "MIEN_WORKER_NICENESS",
    flag: "--worker-niceness <0 to 19>",
    fallback: "10",
    meaning:
      "niceness of the threads that analyse pictures, on Linux, so that other calls are answered first; 0 if other programs on the machine should not take precedence",
  },
  dataDirectory: {
    environment: "MIEN_DATA_DIR",
    flag: "--data-dir <folder>",
    fallback: ".mien",
    meaning: "folder for the key and the faceIds; pictures are never stored",
  },
  storeUrl: {
    environment: "MIEN_STORE_URL",
    flag: "--store-url <urls>",
    fallback: "",
    meaning:
      "redis:// or rediss:// URL of a Redis server, or comma-separated URLs of a cluster's nodes; if empty, the data directory is used",
  },
  storeReplicas: {
    environment: "MIEN_STORE_REPLICAS",
    flag: "--store-replicas <number>",
    fallback: "",
    meaning:
      "Redis replicas that must confirm a face before it is answered; default 1 in a cluster, otherwise 0",
  },
  masterKey: {
    environment: "MIEN_MASTER_KEY",
    flag: "--master-key <keys>",
    fallback: "",
    meaning:
      "master key that encrypts the keys of templates: 32 bytes in hexadecimal or base64; of several, the first encrypts and the others only decrypt",
  },
  masterKeyFile: {
    environment: "MIEN_MASTER_KEY_FILE",
    flag: "--master-key-file <file>",
    fallback: "",
    meaning:
      "file of the master key, which must exist; default: master-key in the data directory, created at the first start",
  },
  workers: {
    environment: "MIEN_WORKERS",
    flag: "--workers <number>",
    fallback: "",
    meaning: "worker threads, each with its own models; default one for each core of the CPU quota",
  },
  strict: {
    environment: "MIEN_STRICT",
    flag: "--strict <0|1>",
    fallback: "0",
    meaning: "1: refuse API versions newer than the newest known one; 0: serve them as the newest",
  },
  urlInput: {
    environment: "MIEN_URL_INPUT",
    flag: "--url-input <on|off>",
    fallback: "on",
    meaning: "whether to read pictures by URL",
  },
  urlAllow: {
    environment: "MIEN_URL_ALLOW",
    flag: "--url-allow <hosts>",
    fallback: "",
    meaning:
      "comma-separated hosts, or host:port, from which pictures may be read even if their addresses are private",
  },
  retiredAttributes: {
    environment: "MIEN_RETIRED_ATTRIBUTES",
    flag: "--retired-attributes <refuse|allow>",
    fallback: "refuse",
    meaning:
      "allow: answer age, smile, facialHair and hair, which Azure retired; refuse: as Azure does",
  },
  playground: {
    environment: "MIEN_PLAYGROUND",
    flag: "--playground <on|off>",
    fallback: "on",
    meaning: "whether to serve the playground at /",
  },
  log: {
    environment: "MIEN_LOG",
    flag: "--log <off|error|info|debug>",
    fallback: "info",
    meaning:
      "error: failures; info: also a line for each call of an operation and for what is refused; debug: also pages and probes",
  },
  metrics: {
    environment: "MIEN_METRICS",
    flag: "--metrics <off|local|open>",
    fallback: "local",
    meaning:
      "who may read /metrics; off: nobody; local: direct callers on this machine; open: everybody",
  },
  traces: {
    environment: "OTEL_EXPORTER_OTLP_ENDPOINT",
    flag: "--traces <url>",
    fallback: "",
    meaning: "OpenTelemetry collector (OTLP/HTTP) to send traces to",
  },
} as const satisfies Record<string, SettingRow>;

/** Keys of {@link settingRows}. */
export type SettingName = keyof typeof settingRows;
/** Settings as they are written, before they are checked. */
export type RawSettings = Partial<Record<SettingName, string>>;

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
    apiKeys: apiKeys(values),
    keysFile: values.optional("keysFile"),
    bearerTokens: bearerTokens(values),
    tls: tlsFiles(values),
    origins: origins(values),
    rateLimit: rateLimit(values),
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
    urlAllow: pictureHosts(values),
    retiredAttributes: values.choice("retiredAttributes", "allow", "refuse"),
    playground: values.choice("playground", "on", "off"),
    log: values.word("log", logLevels),
    metrics: values.word("metrics", metricsAudiences),
    traces: values.url("traces"),
  };
}

type Values = SettingValues<SettingName>;

/** An address of IPv6 as it is listened on; in URLs it stands in brackets, and is often copied from there. */
function host(values: Values): string {
  const text = values.raw("host");
  const bare = /^\[(.+)\]$/.exec(text)?.[1] ?? "";
  return isIPv6(bare) ? bare : text;
}

/** Whoever sets a list of keys relies on one of them: where none is left, no other is made in its place. */
function apiKeys(values: Values): readonly string[] {
  const keys = values.list("apiKeys");
  if (keys.length === 0 && values.isSet("apiKeys"))
    throw new SettingError(`${settingRows.apiKeys.environment} is set and holds no key`);
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

function bearerTokens(values: Values): BearerTokenSettings | undefined {
  for (const name of tokenSettings) values.uselessWithout(name, "jwks");
  const keySet = values.optional("jwks");
  if (keySet === undefined) return undefined;
  const algorithms = values.list("jwtAlgorithms");
  const unknown = algorithms.find((name) => !tokenAlgorithms.some((known) => known === name));
  if (algorithms.length === 0 || unknown !== undefined)
    throw new SettingError(
      `${settingRows.jwtAlgorithms.environment} must be of ${tokenAlgorithms.join(", ")}, not "${unknown ?? ""}"`,
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

function tlsFiles(values: Values): TlsFiles | undefined {
  if (values.raw("tlsCertificate") === "" && values.raw("tlsKey") === "") return undefined;
  return {
    certificate: values.neededWith("tlsCertificate", "tlsKey"),
    key: values.neededWith("tlsKey", "tlsCertificate"),
  };
}

function origins(values: Values): AllowedOrigins {
  const words = values.list("origins");
  if (words.length === 1 && words[0] === "*") return "*";
  if (words.length === 1 && words[0] === "off") return [];
  return words.map((word) => {
    const url = URL.canParse(word) ? new URL(word) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`)
      throw new SettingError(
        `${settingRows.origins.environment} must be *, off or origins such as https://album.example, not "${word}"`,
      );
    return url.origin;
  });
}

/**
 * Hosts are compared letter by letter with those of parsed URLs, so they are spelt as those are: `[::1]` for
 * `[0:0:0:0:0:0:0:1]`. What is no host, a pattern or an address of a page, would never be met.
 */
function pictureHosts(values: Values): readonly string[] {
  return values.list("urlAllow").map((word) => {
    const [, host = "", port] = /^([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(word) ?? [];
    const address = `http://${host}`;
    if (!URL.canParse(address) || Number(port ?? 0) > 65_535)
      throw new SettingError(
        `${settingRows.urlAllow.environment} must be of hosts such as pictures.internal or 10.1.2.3:8080, not "${word}"`,
      );
    const { hostname } = new URL(address);
    return port === undefined ? hostname : `${hostname}:${Number(port)}`;
  });
}

function rateLimit(values: Values): RateLimit | undefined {
  const perSecond = values.whole("rateLimit", 0, 100_000);
  const burst = values.optionalWhole("rateBurst", 1, 100_000);
  values.uselessWithout("rateBurst", "rateLimit");
  if (perSecond === 0 && burst !== undefined)
    throw new SettingError(
      `${settingRows.rateBurst.environment} has no effect while ${settingRows.rateLimit.environment} is 0, which means no limit`,
    );
  return perSecond === 0 ? undefined : { perSecond, burst: burst ?? perSecond * 2 };
}
