/** Tokens against a real identity provider: a server of signing keys on this machine. */
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { SettingError } from "../setting-error.js";
import { type BearerTokenSettings, createTokenJudge, type TokenJudge } from "./bearer-tokens.js";

interface Signer {
  readonly id: string;
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

async function signer(id: string, algorithm = "RS256"): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: id, alg: algorithm, use: "sig" };
  return { id, algorithm, privateKey, publicKey, jwk };
}

let served: JWK[] = [];
let fetches = 0;
let healthy = true;
let silent = false;
let provider: Server;
let settings: BearerTokenSettings;
let judge: TokenJudge;
let first: Signer;
const folder = mkdtempSync(join(tmpdir(), "mien-jwks-"));

beforeAll(async () => {
  first = await signer("first");
  served = [first.jwk];
  provider = createServer((_request, response) => {
    fetches++;
    if (silent) return;
    response.statusCode = healthy ? 200 : 502;
    response.setHeader("content-type", "application/json");
    response.end(healthy ? JSON.stringify({ keys: served }) : "{}");
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  settings = {
    keySet: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`,
    issuer: "https://login.test/",
    audience: "mien",
    algorithms: ["RS256"],
    tenantClaim: "tid",
    clockTolerance: 30,
  };
  judge = createTokenJudge(settings, 0);
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => {
  provider.close();
  rmSync(folder, { recursive: true, force: true });
});

const now = () => Math.floor(Date.now() / 1000);

interface Claims {
  readonly issuer?: string;
  readonly audience?: string | string[];
  readonly tenant?: unknown;
  readonly expires?: number | undefined;
  readonly from?: number;
}

function token(by: Signer, claims: Claims = {}): Promise<string> {
  const jwt = new SignJWT("tenant" in claims ? { tid: claims.tenant } : { tid: "shop" })
    .setProtectedHeader({ alg: by.algorithm, kid: by.id })
    .setSubject("till")
    .setIssuer(claims.issuer ?? settings.issuer)
    .setAudience(claims.audience ?? settings.audience);
  if (claims.from !== undefined) jwt.setNotBefore(claims.from);
  if (!("expires" in claims)) jwt.setExpirationTime(now() + 300);
  else if (claims.expires !== undefined) jwt.setExpirationTime(claims.expires);
  return jwt.sign(by.privateKey);
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const denied = { key: "accessDenied" };

describe("a token", () => {
  it("of the provider opens the door of its tenant", async () => {
    expect(await judge.judge(await token(first))).toEqual({
      tenant: "shop",
      credential: "token of shop till",
    });
    expect(
      await judge.judge(await token(first, { audience: ["other", settings.audience] })),
    ).toMatchObject({ tenant: "shop" });
  });

  it.each<[string, Claims]>([
    ["of another issuer", { issuer: "https://login.evil/" }],
    ["for another audience", { audience: "somebody else" }],
    ["that expired", { expires: now() - 31 }],
    ["that never expires", { expires: undefined }],
    ["that is not valid yet", { from: now() + 60 }],
    ["without a tenant", { tenant: undefined }],
    ["with an empty tenant", { tenant: "" }],
    ["with a tenant that is no text", { tenant: ["shop"] }],
    ["with a tenant of strange letters", { tenant: "shop\u0000bank" }],
    ["with an endless tenant", { tenant: "t".repeat(129) }],
  ])("%s is refused", async (_name, claims) => {
    await expect(token(first, claims).then((text) => judge.judge(text))).rejects.toMatchObject(
      denied,
    );
  });

  it("within the clock's tolerance is accepted on both sides", async () => {
    expect(await judge.judge(await token(first, { expires: now() - 20 }))).toMatchObject({
      tenant: "shop",
    });
    expect(await judge.judge(await token(first, { from: now() + 20 }))).toMatchObject({
      tenant: "shop",
    });
  });

  it("without a signature, or signed with the public key as a secret, is refused", async () => {
    const claims = part({
      iss: settings.issuer,
      aud: settings.audience,
      tid: "shop",
      exp: now() + 300,
    });
    await expect(judge.judge(`${part({ alg: "none" })}.${claims}.`)).rejects.toMatchObject(denied);
    const head = part({ alg: "HS256", kid: "first" });
    const signature = createHmac("sha256", await exportSPKI(first.publicKey))
      .update(`${head}.${claims}`)
      .digest("base64url");
    await expect(judge.judge(`${head}.${claims}.${signature}`)).rejects.toMatchObject(denied);
  });

  it("whose claims were changed, or whose head brings a key of its own, is refused", async () => {
    const [head, , signature] = (await token(first)).split(".");
    const changed = part({
      iss: settings.issuer,
      aud: settings.audience,
      tid: "bank",
      exp: now() + 300,
    });
    await expect(judge.judge(`${head}.${changed}.${signature}`)).rejects.toMatchObject(denied);
    const stranger = await signer("first");
    const text = await new SignJWT({ tid: "shop" })
      .setProtectedHeader({ alg: "RS256", kid: "first", jwk: stranger.jwk })
      .setIssuer(settings.issuer)
      .setAudience(settings.audience)
      .setExpirationTime(now() + 300)
      .sign(stranger.privateKey);
    await expect(judge.judge(text)).rejects.toMatchObject(denied);
  });

  it("of an algorithm that is not pinned is refused, though the provider has its key", async () => {
    const elliptic = await signer("elliptic", "ES256");
    served = [first.jwk, elliptic.jwk];
    await expect(token(elliptic).then((text) => judge.judge(text))).rejects.toMatchObject(denied);
    const wider = createTokenJudge({ ...settings, algorithms: ["RS256", "ES256"] });
    expect(await wider.judge(await token(elliptic))).toMatchObject({ tenant: "shop" });
  });

  it("of a key that the provider has since put in the place of another is accepted, and the former's no more", async () => {
    const second = await signer("second");
    served = [second.jwk];
    expect(await judge.judge(await token(second))).toMatchObject({ tenant: "shop" });
    await expect(token(first).then((text) => judge.judge(text))).rejects.toMatchObject(denied);
    served = [first.jwk];
    expect(await judge.judge(await token(first))).toMatchObject({ tenant: "shop" });
  });

  it("with an invented key costs the provider one question, however many come", async () => {
    const patient = createTokenJudge(settings, 30_000);
    await patient.judge(await token(first));
    const before = fetches;
    const stranger = await signer("invented");
    for (let count = 0; count < 20; count++)
      await expect(token(stranger).then((text) => patient.judge(text))).rejects.toMatchObject(
        denied,
      );
    expect(fetches - before).toBeLessThanOrEqual(1);
  });

  it("cannot be judged while the provider is away: 503 and not 401", async () => {
    healthy = false;
    const fresh = createTokenJudge(settings);
    await expect(token(first).then((text) => fresh.judge(text))).rejects.toMatchObject({
      key: "identityProviderUnavailable",
      details: { retryAfterSeconds: 5 },
    });
    // Whoever knows the keys already needs nobody.
    expect(await judge.judge(await token(first))).toMatchObject({ tenant: "shop" });
    healthy = true;
    expect(await fresh.judge(await token(first))).toMatchObject({ tenant: "shop" });
  });
});

describe("while the provider is away for long", () => {
  const minutes = 60_000;
  const pass = (milliseconds: number): void => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
  };
  const judgedAgain = async (patient: TokenJudge, by = first) => patient.judge(await token(by));
  const unavailable = { key: "identityProviderUnavailable" };

  it("tokens of known keys are accepted for a day, and it is not asked for each", async () => {
    const patient = createTokenJudge(settings);
    await judgedAgain(patient);
    healthy = false;
    pass(11 * minutes);
    const before = fetches;
    for (let count = 0; count < 20; count++)
      expect(await judgedAgain(patient)).toMatchObject({ tenant: "shop" });
    expect(fetches - before).toBe(1);
    const stranger = await signer("invented");
    for (let count = 0; count < 20; count++)
      await expect(judgedAgain(patient, stranger)).rejects.toMatchObject(unavailable);
    expect(fetches - before).toBe(1);
    pass(24 * 60 * minutes);
    await expect(judgedAgain(patient)).rejects.toMatchObject(unavailable);
    healthy = true;
    pass(minutes);
    expect(await judgedAgain(patient)).toMatchObject({ tenant: "shop" });
  });

  it("nobody waits a second time for one that never answers", async () => {
    const patient = createTokenJudge(settings);
    await judgedAgain(patient);
    healthy = false;
    pass(11 * minutes);
    await judgedAgain(patient);
    healthy = true;
    silent = true;
    pass(minutes);
    const asked = new Promise((resolve) => provider.once("request", resolve));
    // Were it waited for, this would be refused: the provider stays silent till it is over.
    expect(await judgedAgain(patient)).toMatchObject({ tenant: "shop" });
    await asked;
    silent = false;
    provider.closeAllConnections();
  });

  it("a key that it has withdrawn meanwhile is refused once it is back", async () => {
    const patient = createTokenJudge(settings);
    await judgedAgain(patient);
    served = [(await signer("next")).jwk];
    pass(11 * minutes);
    await expect(judgedAgain(patient)).rejects.toMatchObject(denied);
    served = [first.jwk];
  });
});

describe("signing keys in a file", () => {
  it("are read again when told, and stay in force when the new ones are not usable", async () => {
    const path = join(folder, "jwks.json");
    writeFileSync(path, JSON.stringify({ keys: [first.jwk] }));
    const fromFile = createTokenJudge({ ...settings, keySet: path });
    expect(fromFile.file).toBe(path);
    expect(await fromFile.judge(await token(first))).toMatchObject({ tenant: "shop" });
    const second = await signer("second");
    await expect(token(second).then((text) => fromFile.judge(text))).rejects.toMatchObject(denied);
    writeFileSync(path, "{");
    expect(() => fromFile.reload()).toThrow(SettingError);
    expect(await fromFile.judge(await token(first))).toMatchObject({ tenant: "shop" });
    writeFileSync(path, JSON.stringify({ keys: [second.jwk] }));
    fromFile.reload();
    expect(await fromFile.judge(await token(second))).toMatchObject({ tenant: "shop" });
  });

  it.each([
    "https://name:password@login.test/keys",
    "ftp://name:password@login.test/keys",
    "https://name:password@",
  ])("at %s are refused, and no password is repeated", (keySet) => {
    expect(() => createTokenJudge({ ...settings, keySet })).toThrow(/^MIEN_JWKS (?!.*password@)/);
  });

  it("of another machine must come over https", () => {
    expect(() => createTokenJudge({ ...settings, keySet: "http://login.test/keys" })).toThrow(
      SettingError,
    );
    expect(createTokenJudge({ ...settings, keySet: "https://login.test/keys" }).file).toBe(
      undefined,
    );
  });
});
