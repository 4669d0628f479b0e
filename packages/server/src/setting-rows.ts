/** Every setting of the server: one row each, for flags, environment and documentation. */

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
