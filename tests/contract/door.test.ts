/** The door of a real `mien serve` over TLS: keys and certificates change while it runs. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connect as plainConnect } from "node:net";
import { connect } from "node:tls";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mienScript, type RunningServer, startServer } from "../cli/running-server.js";

const folder = mkdtempSync(join(tmpdir(), "mien-door-"));
const file = (name: string) => join(folder, name);
const mien = (...words: string[]) =>
  execFileSync(process.execPath, [mienScript, ...words], { encoding: "utf8" }).trim();
const addKey = (tenant: string) => mien("key", "add", "--file", file("keys"), "--tenant", tenant);

let server: RunningServer;
let shopKey: string;
let sign: (claims: Record<string, string>) => Promise<string>;
beforeAll(async () => {
  mien("dev-cert", "--out", folder);
  shopKey = addKey("shop");
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  writeFileSync(file("jwks.json"), JSON.stringify({ keys: [await exportJWK(publicKey)] }));
  sign = (claims) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256" })
      .setIssuer("https://login.test/")
      .setAudience("mien")
      .setExpirationTime("5 minutes")
      .sign(privateKey);
  server = await startServer({
    MIEN_TLS_CERT: file("cert.pem"),
    MIEN_TLS_KEY: file("key.pem"),
    MIEN_API_KEYS: "configured-key",
    MIEN_KEYS_FILE: file("keys"),
    MIEN_JWKS: file("jwks.json"),
    MIEN_JWT_ISSUER: "https://login.test/",
    MIEN_JWT_AUDIENCE: "mien",
    MIEN_JWT_ALGORITHMS: "ES256",
    MIEN_JWT_TENANT_CLAIM: "org",
    MIEN_LOG: "off",
  });
}, 60_000);
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

/** Tells the server to read everything again, and waits until it has told so of a part. */
async function readAgain(told: string): Promise<void> {
  const times = () => server.output().split(told).length;
  const before = times();
  server.process.kill("SIGHUP");
  await expect.poll(times).toBeGreaterThan(before);
}

/** The status of a call that is refused for its body at the latest: 400 says that the door opened. */
async function knock(headers: Record<string, string>, query = ""): Promise<number> {
  const url = new URL(`${server.endpoint}/face/v1.2/verify${query}`);
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        ca: readFileSync(file("cert.pem")),
        agent: false,
      },
      (response) => {
        text(response).then(() => resolve(response.statusCode!), reject);
      },
    );
    call.on("error", reject);
    call.end("{}");
  });
}

const withKey = (key: string) => knock({ "Ocp-Apim-Subscription-Key": key });

describe("credentials", () => {
  it("from the environment, from the file and from the identity provider open the door", async () => {
    expect(server.endpoint).toMatch(/^https:/);
    expect(await withKey("configured-key")).toBe(400);
    expect(await withKey(shopKey)).toBe(400);
    expect(await knock({}, `?subscription-key=${shopKey}`)).toBe(400);
    expect(await knock({ authorization: `Bearer ${shopKey}` })).toBe(400);
    expect(await knock({ authorization: `bearer ${await sign({ org: "shop" })}` })).toBe(400);
    expect(await knock({ authorization: `Bearer ${await sign({ tid: "shop" })}` })).toBe(401);
    expect(await knock({ authorization: `Basic ${shopKey}` })).toBe(401);
    expect(await knock({})).toBe(401);
    expect(await knock({ "Ocp-Apim-Subscription-Key": "" })).toBe(401);
    expect(await knock({ "Ocp-Apim-Subscription-Key": "x".repeat(8000) })).toBe(401);
  });

  it("made and withdrawn in the file count without a restart, and a broken file changes nothing", async () => {
    const second = addKey("shop");
    await expect.poll(() => withKey(second)).toBe(400);
    expect(await withKey(shopKey)).toBe(400);
    const keys = JSON.parse(mien("key", "list", "--file", file("keys"), "--json")) as {
      id: string;
    }[];
    mien("key", "remove", "--file", file("keys"), "--id", keys[0]!.id);
    await readAgain("keys: read again");
    expect(await withKey(shopKey)).toBe(401);
    expect(await withKey(second)).toBe(400);
    writeFileSync(file("keys"), "shop:not-hashed\n");
    await readAgain("keys: not usable");
    expect(await withKey(second)).toBe(400);
  });
});

function presentedCertificate(): Promise<string> {
  const { hostname, port } = new URL(server.endpoint);
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: hostname, port: Number(port), rejectUnauthorized: false },
      () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      },
    );
    socket.on("error", reject);
  });
}

describe("the certificate", () => {
  it("changes without a restart, and a broken one changes nothing", async () => {
    const before = await presentedCertificate();
    writeFileSync(file("cert.pem"), "no certificate");
    await readAgain("certificate: not usable");
    expect(await presentedCertificate()).toBe(before);
    mien("dev-cert", "--out", file("next"));
    copyFileSync(file("next/key.pem"), file("key.pem"));
    copyFileSync(file("next/cert.pem"), file("cert.pem"));
    await expect.poll(presentedCertificate).not.toBe(before);
    expect(await withKey("configured-key")).toBe(400);
  });

  it("is not waited for when a caller never asks for it: as many as there is room for would keep all others out", async () => {
    const { hostname, port } = new URL(server.endpoint);
    const silent = plainConnect(Number(port), hostname);
    const started = performance.now();
    await new Promise((resolve) => silent.once("close", resolve));
    expect(performance.now() - started).toBeLessThan(25_000);
  }, 30_000);

  it("is not negotiated below TLS 1.2", async () => {
    const { hostname, port } = new URL(server.endpoint);
    const outcome = await new Promise<string>((resolve) => {
      const socket = connect(
        {
          host: hostname,
          port: Number(port),
          rejectUnauthorized: false,
          minVersion: "TLSv1",
          maxVersion: "TLSv1.1",
          ciphers: "DEFAULT@SECLEVEL=0",
        },
        () => resolve("connected"),
      );
      socket.on("error", (error) => resolve(error.message));
    });
    expect(outcome).not.toBe("connected");
  });
});

describe("a start", () => {
  it.each([
    [{ MIEN_TLS_CERT: "cert.pem" }, "MIEN_TLS_KEY must be set together with MIEN_TLS_CERT"],
    [
      { MIEN_TLS_CERT: "absent", MIEN_TLS_KEY: "absent" },
      "are not a certificate and its private key",
    ],
    [{ MIEN_KEYS_FILE: "absent" }, "absent cannot be read"],
    [{ MIEN_JWKS: "https://login.test/" }, "MIEN_JWT_ISSUER must be set together with MIEN_JWKS"],
    [
      {
        MIEN_JWKS: "https://login.test/",
        MIEN_JWT_ISSUER: "a",
        MIEN_JWT_AUDIENCE: "b",
        MIEN_JWT_ALGORITHMS: "none",
      },
      'not "none"',
    ],
    [{ MIEN_API_KEYS: "shop:k,till:k" }, "the tenants shop and till have the same key"],
    [{ MIEN_RATE_LIMIT: "-1" }, "MIEN_RATE_LIMIT must be a whole number from 0"],
  ])("with %o is refused in one sentence", async (environment, sentence) => {
    await expect(startServer(environment as Record<string, string>)).rejects.toThrow(sentence);
  });
});
