import { type BearerTokenSettings, tokenAlgorithms } from "./door/bearer-tokens.js";
import type { RateLimit } from "./door/rate-limiter.js";
import type { TlsFiles } from "./door/tls.js";
import { SettingError } from "./setting-error.js";

/** Every setting of the server: one row each, for flags, environment and documentation. */
import {
  type LogLevel,
  logLevels,
  type MetricsAudience,
  metricsAudiences,
} from "./observability/choices.js";

export interface SettingRow {
  readonly environment: string;
  readonly flag: string;
  readonly fallback: string;
  readonly meaning: string;
}

export const settingRows = {
  host: {
    environment: "MIEN_HOST",
    flag: "--host <address>",
    fallback: "127.0.0.1",
    meaning: "address to listen on; beyond loopback only with a configured key",
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
      "comma-separated keys, each key or tenant:key; none: one is made in the data directory",
  },
  keysFile: {
    environment: "MIEN_KEYS_FILE",
    flag: "--keys-file <file>",
    fallback: "",
    meaning: "hashed keys as `mien key` writes them; read again on SIGHUP and when it changes",
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
    meaning: "who must have issued a token; needed with MIEN_JWKS",
  },
  jwtAudience: {
    environment: "MIEN_JWT_AUDIENCE",
    flag: "--jwt-audience <audience>",
    fallback: "",
    meaning: "whom a token must be meant for; needed with MIEN_JWKS",
  },
  jwtAlgorithms: {
    environment: "MIEN_JWT_ALGORITHMS",
    flag: "--jwt-algorithms <list>",
    fallback: "RS256",
    meaning: "comma-separated signature algorithms of tokens that are accepted",
  },
  jwtTenantClaim: {
    environment: "MIEN_JWT_TENANT_CLAIM",
    flag: "--jwt-tenant-claim <name>",
    fallback: "tid",
    meaning: "claim of a token that names its tenant",
  },
  jwtClockTolerance: {
    environment: "MIEN_JWT_CLOCK_TOLERANCE",
    flag: "--jwt-clock-tolerance <seconds>",
    fallback: "60",
    meaning: "seconds that the identity provider's clock may differ by",
  },
  tlsCertificate: {
    environment: "MIEN_TLS_CERT",
    flag: "--tls-cert <file>",
    fallback: "",
    meaning: "certificate chain in PEM; with it https is served instead of http",
  },
  tlsKey: {
    environment: "MIEN_TLS_KEY",
    flag: "--tls-key <file>",
    fallback: "",
    meaning: "key of the certificate; both are read again on SIGHUP and when they change",
  },
  rateLimit: {
    environment: "MIEN_RATE_LIMIT",
    flag: "--rate-limit <number>",
    fallback: "0",
    meaning: "calls per second of each key, then 429; 0 sets no limit",
  },
  rateBurst: {
    environment: "MIEN_RATE_BURST",
    flag: "--rate-burst <number>",
    fallback: "",
    meaning: "calls at once of a key that has rested; default twice MIEN_RATE_LIMIT",
  },
  queueLimit: {
    environment: "MIEN_QUEUE_LIMIT",
    flag: "--queue-limit <number>",
    fallback: "",
    meaning: "calls at work or waiting at once, then 503; default 64 for each worker",
  },
  waitLimit: {
    environment: "MIEN_MAX_WAIT",
    flag: "--max-wait <milliseconds>",
    fallback: "10000",
    meaning: "a picture whose answer would take longer than this is refused at once with 503",
  },
  recycleAfter: {
    environment: "MIEN_RECYCLE_AFTER",
    flag: "--recycle-after <pictures>",
    fallback: "0",
    meaning: "pictures after which a worker is replaced by a fresh one, between two; 0: never",
  },
  workerNiceness: {
    environment: "MIEN_WORKER_NICENESS",
    flag: "--worker-niceness <0 to 19>",
    fallback: "10",
    meaning:
      "niceness of the threads that see pictures, on Linux: calls without a picture go first; 0 where other programs of the machine must not go first",
  },
  dataDirectory: {
    environment: "MIEN_DATA_DIR",
    flag: "--data-dir <folder>",
    fallback: ".mien",
    meaning: "where the key and the faceIds are kept; no picture ever is",
  },
  storeUrl: {
    environment: "MIEN_STORE_URL",
    flag: "--store-url <urls>",
    fallback: "",
    meaning:
      "redis:// or rediss:// of a Redis server, or of a cluster's nodes, comma-separated; none: the data directory",
  },
  storeReplicas: {
    environment: "MIEN_STORE_REPLICAS",
    flag: "--store-replicas <number>",
    fallback: "",
    meaning:
      "Redis replicas that must have a face before it is answered; default 1 in a cluster, else 0",
  },
  masterKey: {
    environment: "MIEN_MASTER_KEY",
    flag: "--master-key <keys>",
    fallback: "",
    meaning:
      "32 bytes in hexadecimal or base64 that protect the keys of templates; several: the first is used, the others open",
  },
  masterKeyFile: {
    environment: "MIEN_MASTER_KEY_FILE",
    flag: "--master-key-file <file>",
    fallback: "",
    meaning: "file of the master key; default master-key in the data directory, made when absent",
  },
  workers: {
    environment: "MIEN_WORKERS",
    flag: "--workers <number>",
    fallback: "",
    meaning:
      "worker threads, each with models of its own; default one for each core of the CPU quota",
  },
  strict: {
    environment: "MIEN_STRICT",
    flag: "--strict <0|1>",
    fallback: "0",
    meaning: "1 refuses API versions newer than are known, instead of serving them as the newest",
  },
  urlInput: {
    environment: "MIEN_URL_INPUT",
    flag: "--url-input <on|off>",
    fallback: "on",
    meaning: "whether pictures may be given by URL",
  },
  urlAllow: {
    environment: "MIEN_URL_ALLOW",
    flag: "--url-allow <hosts>",
    fallback: "",
    meaning:
      "comma-separated hosts, or host:port, that may be read from although their addresses are private",
  },
  retiredAttributes: {
    environment: "MIEN_RETIRED_ATTRIBUTES",
    flag: "--retired-attributes <refuse|allow>",
    fallback: "refuse",
    meaning: "allow answers age, smile, facialHair and hair, which Azure retired, instead of 403",
  },
  playground: {
    environment: "MIEN_PLAYGROUND",
    flag: "--playground <on|off>",
    fallback: "on",
    meaning: "whether the playground is served at /",
  },
  log: {
    environment: "MIEN_LOG",
    flag: "--log <off|error|info|debug>",
    fallback: "info",
    meaning: "error: what failed; info: also a line for each call; debug: also pages and probes",
  },
  metrics: {
    environment: "MIEN_METRICS",
    flag: "--metrics <off|local|open>",
    fallback: "local",
    meaning: "who may read /metrics: nobody, direct callers on this machine, everybody",
  },
  traces: {
    environment: "OTEL_EXPORTER_OTLP_ENDPOINT",
    flag: "--traces <url>",
    fallback: "",
    meaning: "OpenTelemetry collector (OTLP/HTTP) that traces are sent to",
  },
} as const satisfies Record<string, SettingRow>;

export type SettingName = keyof typeof settingRows;
export type RawSettings = Partial<Record<SettingName, string>>;

/** Comma-separated words. */
function words(value: string): string[] {
  return value
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  /** `key` or `tenant:key`, as configured; empty when none is. */
  readonly apiKeys: readonly string[];
  readonly keysFile: string | undefined;
  readonly bearerTokens: BearerTokenSettings | undefined;
  readonly tls: TlsFiles | undefined;
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
  readonly workers: number | undefined;
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

/** Flags win over the environment, the environment over the defaults. @throws SettingError */
export function readSettings(
  flags: RawSettings,
  environment: Readonly<Record<string, string | undefined>>,
): ServerSettings {
  const raw = (name: SettingName): string =>
    flags[name] ?? environment[settingRows[name].environment] ?? settingRows[name].fallback;
  const whole = (name: SettingName, minimum: number, maximum: number): number => {
    const value = raw(name);
    const number = /^\d{1,6}$/.test(value) ? Number(value) : NaN;
    if (!(number >= minimum && number <= maximum))
      throw new SettingError(
        `${settingRows[name].environment} must be a whole number from ${minimum} to ${maximum}, not "${value}"`,
      );
    return number;
  };
  const choice = (name: SettingName, on: string, off: string): boolean => {
    const value = raw(name);
    if (value !== on && value !== off)
      throw new SettingError(
        `${settingRows[name].environment} must be ${on} or ${off}, not "${value}"`,
      );
    return value === on;
  };
  const word = <Word extends string>(name: SettingName, words: readonly Word[]): Word => {
    const value = raw(name);
    const found = words.find((candidate) => candidate === value);
    if (found === undefined)
      throw new SettingError(
        `${settingRows[name].environment} must be one of ${words.join(", ")}, not "${value}"`,
      );
    return found;
  };
  const url = (name: SettingName): string => {
    const value = raw(name);
    if (value !== "" && !/^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : ""))
      throw new SettingError(
        `${settingRows[name].environment} must be an http or https URL, not "${value}"`,
      );
    return value;
  };
  const list = (name: SettingName): string[] => words(raw(name));
  const optional = (name: SettingName): string | undefined => raw(name) || undefined;
  const needed = (name: SettingName, other: SettingName): string => {
    const value = raw(name);
    if (value === "")
      throw new SettingError(
        `${settingRows[name].environment} must be set together with ${settingRows[other].environment}`,
      );
    return value;
  };
  const bearerTokens = (): BearerTokenSettings | undefined => {
    if (raw("jwks") === "") return undefined;
    const algorithms = list("jwtAlgorithms");
    const unknown = algorithms.find((name) => !tokenAlgorithms.some((known) => known === name));
    if (algorithms.length === 0 || unknown !== undefined)
      throw new SettingError(
        `${settingRows.jwtAlgorithms.environment} must be of ${tokenAlgorithms.join(", ")}, not "${unknown ?? ""}"`,
      );
    return {
      keySet: raw("jwks"),
      issuer: needed("jwtIssuer", "jwks"),
      audience: needed("jwtAudience", "jwks"),
      algorithms,
      tenantClaim: needed("jwtTenantClaim", "jwks"),
      clockTolerance: whole("jwtClockTolerance", 0, 600),
    };
  };
  const tls = (): TlsFiles | undefined =>
    raw("tlsCertificate") === "" && raw("tlsKey") === ""
      ? undefined
      : {
          certificate: needed("tlsCertificate", "tlsKey"),
          key: needed("tlsKey", "tlsCertificate"),
        };
  const rateLimit = (): RateLimit | undefined => {
    const perSecond = whole("rateLimit", 0, 100_000);
    if (perSecond === 0) return undefined;
    return {
      perSecond,
      burst: raw("rateBurst") === "" ? perSecond * 2 : whole("rateBurst", 1, 100_000),
    };
  };
  return {
    host: raw("host"),
    port: whole("port", 0, 65_535),
    apiKeys: list("apiKeys"),
    keysFile: optional("keysFile"),
    bearerTokens: bearerTokens(),
    tls: tls(),
    rateLimit: rateLimit(),
    waitLimit: whole("waitLimit", 100, 600_000),
    recycleAfter: whole("recycleAfter", 0, 999_999),
    workerNiceness: whole("workerNiceness", 0, 19),
    queueLimit: raw("queueLimit") === "" ? undefined : whole("queueLimit", 1, 100_000),
    dataDirectory: raw("dataDirectory"),
    storeUrl: raw("storeUrl"),
    storeReplicas: raw("storeReplicas") === "" ? undefined : whole("storeReplicas", 0, 16),
    masterKey: raw("masterKey"),
    masterKeyFile: raw("masterKeyFile"),
    workers: raw("workers") === "" ? undefined : whole("workers", 1, 256),
    strict: choice("strict", "1", "0"),
    urlInput: choice("urlInput", "on", "off"),
    urlAllow: list("urlAllow").map((host) => host.toLowerCase()),
    retiredAttributes: choice("retiredAttributes", "allow", "refuse"),
    playground: choice("playground", "on", "off"),
    log: word("log", logLevels),
    metrics: word("metrics", metricsAudiences),
    traces: url("traces"),
  };
}
