import { describe, expect, it } from "vitest";
import { SettingError } from "./setting-error.js";
import { type RawSettings, settingRows } from "./setting-rows.js";
import { readSettings } from "./settings.js";

const refusal = (flags: RawSettings, environment: Record<string, string> = {}): string => {
  try {
    readSettings(flags, environment);
  } catch (error) {
    if (error instanceof SettingError) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("settings", () => {
  it("prefer flags to the environment, and the environment to the defaults", () => {
    expect(readSettings({}, {}).port).toBe(5050);
    expect(readSettings({}, { MIEN_PORT: "1" }).port).toBe(1);
    expect(readSettings({ port: "2" }, { MIEN_PORT: "1" }).port).toBe(2);
  });

  it("that are empty are not set: an empty host would be every address of the machine", () => {
    const emptied = Object.fromEntries(
      Object.values(settingRows).map(({ environment }) => [environment, ""]),
    );
    expect(readSettings({}, emptied)).toEqual(readSettings({}, {}));
    expect(readSettings({ host: "", port: "" }, emptied)).toEqual(readSettings({}, {}));
    expect(readSettings({ apiKeys: "" }, { MIEN_API_KEYS: "a" }).apiKeys).toEqual([]);
  });

  it("have no white space around them, as files of variables leave it there", () => {
    const spaced = Object.fromEntries(
      Object.values(settingRows).map(({ environment }) => [environment, " \r"]),
    );
    expect(readSettings({}, spaced)).toEqual(readSettings({}, {}));
    expect(readSettings({}, { MIEN_DATA_DIR: "/var/lib/mien\r" }).dataDirectory).toBe(
      "/var/lib/mien",
    );
  });

  it("take an address of IPv6 as it stands in URLs", () => {
    expect(readSettings({ host: "[::1]" }, {}).host).toBe("::1");
    expect(readSettings({ host: "[face.internal]" }, {}).host).toBe("[face.internal]");
  });

  it("are all read, each by its own variable", () => {
    const asked = new Set<string>();
    const words: Record<string, string> = {
      MIEN_JWKS: "keys.json",
      MIEN_JWT_ISSUER: "issuer",
      MIEN_JWT_AUDIENCE: "audience",
      MIEN_TLS_CERT: "certificate",
      MIEN_TLS_KEY: "key",
      MIEN_RATE_LIMIT: "5",
    };
    const environment = new Proxy(words, {
      get(known, name: string) {
        asked.add(name);
        return known[name];
      },
    });
    const settings = readSettings({}, environment);
    expect([...asked].sort()).toEqual(
      Object.values(settingRows)
        .map((row) => row.environment)
        .sort(),
    );
    expect(settings.rateLimit).toEqual({ perSecond: 5, burst: 10 });
    expect(settings.tls).toEqual({ certificate: "certificate", key: "key" });
    expect(settings.bearerTokens).toMatchObject({ tenantClaim: "tid", clockTolerance: 60 });
  });

  it("split lists at commas and leave what is empty out", () => {
    expect(readSettings({ apiKeys: " a, t:b ,,", urlAllow: "Host:80" }, {})).toMatchObject({
      apiKeys: ["a", "t:b"],
      urlAllow: ["host:80"],
    });
    expect(readSettings({}, {})).toMatchObject({
      apiKeys: [],
      queueLimit: undefined,
      tls: undefined,
    });
  });

  it.each<[RawSettings, string]>([
    [{ port: "65536" }, 'MIEN_PORT must be a whole number from 0 to 65535, not "65536"'],
    [{ port: "0x10" }, 'MIEN_PORT must be a whole number from 0 to 65535, not "0x10"'],
    [{ workers: "0" }, 'MIEN_WORKERS must be a whole number from 1 to 256, not "0"'],
    [{ strict: "yes" }, 'MIEN_STRICT must be 1 or 0, not "yes"'],
    [{ log: "all" }, 'MIEN_LOG must be one of off, error, info, debug, not "all"'],
    [
      { traces: "grpc://name:password@collector" },
      "OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL",
    ],
    [{ tlsKey: "key" }, "MIEN_TLS_CERT must be set together with MIEN_TLS_KEY"],
    [{ jwks: "keys" }, "MIEN_JWT_ISSUER must be set together with MIEN_JWKS"],
    ...["album.example", "https://album.example/page", "*,https://a.example", "null"].map(
      (origins): [RawSettings, string] => [
        { origins },
        `MIEN_ORIGINS must be *, off, or a list of origins such as https://album.example, not "${origins.split(",")[0]}"`,
      ],
    ),
    ...[
      "*.internal",
      "http://pictures.internal",
      "pictures.internal/",
      "münchen.example",
      "10.1.2.300",
      "[fd00:1]",
      "pictures.internal:65536",
    ].map((urlAllow): [RawSettings, string] => [
      { urlAllow: `10.1.2.3:8080,[fd00::1]:80,${urlAllow}` },
      `MIEN_URL_ALLOW must be a list of hosts such as pictures.internal or 10.1.2.3:8080, not "${urlAllow}"`,
    ]),
    [{ rateBurst: "5" }, "MIEN_RATE_BURST has no effect without MIEN_RATE_LIMIT"],
    [
      { rateLimit: "0", rateBurst: "5" },
      "MIEN_RATE_BURST has no effect while MIEN_RATE_LIMIT is 0, which means no limit",
    ],
    [{ storeReplicas: "2" }, "MIEN_STORE_REPLICAS has no effect without MIEN_STORE_URL"],
    [
      { masterKey: "a", masterKeyFile: "b" },
      "MIEN_MASTER_KEY and MIEN_MASTER_KEY_FILE must not both be set",
    ],
    [{ apiKeys: " , " }, "MIEN_API_KEYS is set but contains no key"],
    [{ jwtIssuer: "issuer" }, "MIEN_JWT_ISSUER has no effect without MIEN_JWKS"],
    [{ jwtAudience: "audience" }, "MIEN_JWT_AUDIENCE has no effect without MIEN_JWKS"],
    [{ jwtAlgorithms: "ES256" }, "MIEN_JWT_ALGORITHMS has no effect without MIEN_JWKS"],
    [{ jwtTenantClaim: "azp" }, "MIEN_JWT_TENANT_CLAIM has no effect without MIEN_JWKS"],
    [{ jwtClockTolerance: "5" }, "MIEN_JWT_CLOCK_TOLERANCE has no effect without MIEN_JWKS"],
    [{ rateBurst: "many" }, 'MIEN_RATE_BURST must be a whole number from 1 to 100000, not "many"'],
  ])("refuse %j by their names in the environment", (flags, message) => {
    expect(refusal(flags)).toBe(message);
  });

  it("refuse signatures by a shared secret", () => {
    const flags = { jwks: "keys", jwtIssuer: "i", jwtAudience: "a", jwtAlgorithms: "RS256,HS256" };
    expect(refusal(flags)).toMatch(/^MIEN_JWT_ALGORITHMS must list only RS256.*, not "HS256"$/);
  });
});
