/** Microsoft's own clients, unmodified, over plain http and over TLS, with keys and with tokens. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { Agent } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { AzureKeyCredential, type TokenCredential } from "@azure/core-auth";
import createFaceClient, {
  type FaceClient as RestClient,
  type FaceClientOptions,
  isUnexpected,
} from "@azure-rest/ai-vision-face";
import { FaceClient as LegacyClient } from "@azure/cognitiveservices-face";
import { ApiKeyCredentials, TokenCredentials } from "@azure/ms-rest-js";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mienScript } from "../cli/running-server.js";
import { key, photograph, startTestServer, type TestServer } from "./server.js";

const folder = mkdtempSync(join(tmpdir(), "mien-clients-"));
let plain: TestServer;
let secure: TestServer;
let limited: TestServer;
let pictures: Server;
let pictureUrl: string;
let token: string;
let authority: string;

beforeAll(async () => {
  execFileSync(process.execPath, [mienScript, "dev-cert", "--out", folder]);
  authority = readFileSync(join(folder, "cert.pem"), "utf8");
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  writeFileSync(join(folder, "jwks.json"), JSON.stringify({ keys: [await exportJWK(publicKey)] }));
  token = await new SignJWT({ tid: "one" })
    .setProtectedHeader({ alg: "RS256" })
    .setIssuer("https://login.test/")
    .setAudience("mien")
    .setExpirationTime("1 hour")
    .sign(privateKey);
  pictures = createServer((_request, response) => response.end(photograph(1)));
  await new Promise<void>((resolve) => pictures.listen(0, "127.0.0.1", resolve));
  pictureUrl = `http://127.0.0.1:${(pictures.address() as AddressInfo).port}/one.jpg`;
  plain = await startTestServer({ urlAllow: ["127.0.0.1"] });
  secure = await startTestServer({
    urlAllow: ["127.0.0.1"],
    tls: { certificate: join(folder, "cert.pem"), key: join(folder, "key.pem") },
    bearerTokens: {
      keySet: join(folder, "jwks.json"),
      issuer: "https://login.test/",
      audience: "mien",
      algorithms: ["RS256"],
      tenantClaim: "tid",
      clockTolerance: 60,
    },
  });
  limited = await startTestServer({ rateLimit: { perSecond: 0.2, burst: 1 } });
});
afterAll(async () => {
  await Promise.all([plain.close(), secure.close(), limited.close()]);
  pictures.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Caller {
  readonly transport: "http" | "https";
  readonly credential: "key" | "token";
}

/** Tokens over http are refused by the clients themselves. */
const callers: readonly Caller[] = [
  { transport: "http", credential: "key" },
  { transport: "https", credential: "key" },
  { transport: "https", credential: "token" },
];

const tokenCredential = (): TokenCredential => ({
  getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
});

const endpointOf = ({ transport }: Caller) =>
  transport === "http" ? plain.endpoint : secure.endpoint;

function restClient(caller: Caller, apiVersion: string): RestClient {
  const options: FaceClientOptions = {
    // The client's types name its own newest version only; its documentation names others.
    apiVersion: apiVersion as "v1.2",
    allowInsecureConnection: caller.transport === "http",
    tlsOptions: { ca: authority },
  };
  return caller.credential === "key"
    ? createFaceClient(endpointOf(caller), new AzureKeyCredential(key), options)
    : createFaceClient(endpointOf(caller), tokenCredential(), options);
}

const best = { detectionModel: "detection_03", recognitionModel: "recognition_04" } as const;

describe.each(
  ["v1.2", "v1.1-preview.1"].flatMap((apiVersion) =>
    callers.map((caller) => ({ apiVersion, ...caller })),
  ),
)("@azure-rest/ai-vision-face $apiVersion over $transport with $credential", (caller) => {
  let client: RestClient;
  beforeAll(() => {
    client = restClient(caller, caller.apiVersion);
  });

  async function faceIds(number: number): Promise<string[]> {
    const response = await client.path("/detect").post({
      contentType: "application/octet-stream",
      queryParameters: { ...best, returnFaceId: true },
      body: photograph(number),
    });
    if (isUnexpected(response)) throw new Error(response.body.error.message);
    return response.body.map(({ faceId }) => faceId!);
  }

  it("detects by bytes with everything that can be asked for", async () => {
    const response = await client.path("/detect").post({
      contentType: "application/octet-stream",
      queryParameters: {
        ...best,
        returnFaceId: true,
        returnFaceLandmarks: true,
        returnRecognitionModel: true,
        faceIdTimeToLive: 120,
        returnFaceAttributes: ["headPose", "mask", "qualityForRecognition"],
      },
      body: photograph(1),
    });
    if (isUnexpected(response)) throw new Error(response.body.error.message);
    const [face] = response.body;
    expect(face!.faceId).toMatch(/^[0-9a-f-]{36}$/);
    expect(face!.recognitionModel).toBe("recognition_04");
    expect(face!.faceLandmarks!.pupilLeft.x).toBeGreaterThan(0);
    expect(face!.faceAttributes!.mask!.type).toBe("noMask");
    expect(response.headers["apim-request-id" as never]).toBeDefined();
  });

  it("detects by stream, of unknown length, and by URL the same as by bytes; a bare call has defaults", async () => {
    const bytes = await client.path("/detect").post({
      contentType: "application/octet-stream",
      queryParameters: { returnFaceId: false },
      body: photograph(1),
    });
    const stream = await client.path("/detect").post({
      contentType: "application/octet-stream",
      queryParameters: { returnFaceId: false },
      // The client's types know of bytes only; its readers send streams all the same.
      body: Readable.from([photograph(1)]),
    });
    const url = await client.path("/detect").post({
      contentType: "application/json",
      queryParameters: { returnFaceId: false },
      body: { url: pictureUrl },
    });
    const bare = await client
      .path("/detect")
      .post({ contentType: "application/json", body: { url: pictureUrl } });
    for (const { status } of [bytes, stream, url, bare]) expect(status).toBe("200");
    expect(stream.body).toEqual(bytes.body);
    expect(url.body).toEqual(bytes.body);
    const [face] = bare.body as unknown as Record<string, unknown>[];
    expect(Object.keys(face!)).toEqual(["faceId", "faceRectangle"]);
  });

  it("verifies, searches and groups", async () => {
    const [first, ...others] = await faceIds(1);
    const again = await faceIds(1);
    const verified = await client
      .path("/verify")
      .post({ body: { faceId1: first!, faceId2: again[0]! } });
    if (isUnexpected(verified)) throw new Error(verified.body.error.message);
    expect(verified.body).toEqual({ isIdentical: true, confidence: expect.closeTo(1, 1) });
    const found = await client
      .path("/findsimilars")
      .post({ body: { faceId: first!, faceIds: [...others, ...again] } });
    if (isUnexpected(found)) throw new Error(found.body.error.message);
    expect(found.body[0]).toMatchObject({ faceId: again[0] });
    const grouped = await client.path("/group").post({ body: { faceIds: [first!, ...again] } });
    if (isUnexpected(grouped)) throw new Error(grouped.body.error.message);
    expect(grouped.body.groups[0]).toEqual(expect.arrayContaining([first, again[0]]));
    expect(grouped.body.messyGroup.length).toBe(again.length - 1);
  });

  it("reads errors, and tries none of them again", async () => {
    let requests = 0;
    const counting = restClient(caller, caller.apiVersion);
    counting.pipeline.addPolicy(
      {
        name: "count",
        sendRequest(request, next) {
          requests++;
          return next(request);
        },
      },
      { afterPhase: "Retry" },
    );
    const answers = [
      await counting.path("/detect").post({
        contentType: "application/octet-stream",
        queryParameters: { returnFaceAttributes: ["age"] },
        body: photograph(1),
      }),
      await counting.path("/detect").post({
        contentType: "application/octet-stream",
        body: Buffer.alloc(2000, "no picture "),
      }),
      await counting.path("/verify").post({
        body: {
          faceId1: "00000000-0000-4000-8000-000000000000",
          faceId2: "00000000-0000-4000-8000-000000000000",
        },
      }),
    ];
    expect(
      answers.map((answer) => {
        if (!isUnexpected(answer)) throw new Error("no error");
        return [answer.status, answer.body.error.code, answer.headers["x-ms-error-code"]];
      }),
    ).toEqual([
      ["403", "UnsupportedFeature", "UnsupportedFeature"],
      ["400", "InvalidImage", "InvalidImage"],
      ["404", "FaceNotFound", "FaceNotFound"],
    ]);
    expect(requests).toBe(3);
  });
});

describe("@azure-rest/ai-vision-face", () => {
  const verifyNobody = (client: RestClient) =>
    client.path("/verify").post({
      body: {
        faceId1: "00000000-0000-4000-8000-000000000000",
        faceId2: "00000000-0000-4000-8000-000000000000",
      },
    });

  it("tries again after as many seconds as a rate limit says, by the same request id", async () => {
    const client = createFaceClient(limited.endpoint, new AzureKeyCredential(key), {
      allowInsecureConnection: true,
    });
    const ids: (string | undefined)[] = [];
    client.pipeline.addPolicy(
      {
        name: "watch",
        sendRequest(request, next) {
          ids.push(request.headers.get("x-ms-client-request-id"));
          return next(request);
        },
      },
      { afterPhase: "Retry" },
    );
    expect((await verifyNobody(client)).status).toBe("404");
    const started = Date.now();
    expect((await verifyNobody(client)).status).toBe("404");
    expect(Date.now() - started).toBeGreaterThan(900);
    expect(ids).toHaveLength(3);
    expect(ids[1]).toBe(ids[2]);
  });

  it("learns of a stream that it was too big, however far it has come with sending", async () => {
    const client = createFaceClient(plain.endpoint, new AzureKeyCredential(key), {
      allowInsecureConnection: true,
    });
    for (const megabytes of [7, 7, 12, 12, 24, 24]) {
      const answer = await client.path("/detect").post({
        contentType: "application/octet-stream",
        body: Readable.from(Array.from({ length: megabytes * 16 }, () => Buffer.alloc(65_536))),
      });
      if (!isUnexpected(answer)) throw new Error("no error");
      expect([answer.status, answer.body.error.code]).toEqual(["400", "InvalidImageSize"]);
    }
  });

  it("reads the refusal of a wrong key and of a wrong token", async () => {
    const options = { tlsOptions: { ca: authority } };
    for (const client of [
      createFaceClient(secure.endpoint, new AzureKeyCredential("wrong"), options),
      createFaceClient(
        secure.endpoint,
        { getToken: () => Promise.resolve({ token: "a.b.c", expiresOnTimestamp: 1e15 }) },
        options,
      ),
    ]) {
      const answer = await verifyNobody(client);
      if (!isUnexpected(answer)) throw new Error("no error");
      expect([answer.status, answer.body.error.code]).toEqual(["401", "401"]);
      expect(answer.body.error.message).toContain("Access denied");
    }
  });

  it("refuses plain http by itself: for keys unless told, for tokens always", async () => {
    expect(() => createFaceClient(plain.endpoint, new AzureKeyCredential(key))).not.toThrow();
    await expect(
      verifyNobody(createFaceClient(plain.endpoint, new AzureKeyCredential(key))),
    ).rejects.toThrow(/insecure/i);
    await expect(
      verifyNobody(
        createFaceClient(plain.endpoint, tokenCredential(), { allowInsecureConnection: true }),
      ),
    ).rejects.toThrow(/https/i);
  });
});

function legacyClient({ transport, credential }: Caller): LegacyClient {
  const credentials =
    credential === "key"
      ? new ApiKeyCredentials({ inHeader: { "Ocp-Apim-Subscription-Key": key } })
      : new TokenCredentials(token);
  const http = transport === "http" ? plain.endpoint : secure.endpoint;
  return new LegacyClient(credentials, `${http}/`, {
    ...(transport === "http"
      ? {}
      : {
          agentSettings: {
            http: new Agent(),
            https: new Agent({ ca: authority }),
          },
        }),
  });
}

describe.each(callers)(
  "@azure/cognitiveservices-face v1.0 over $transport with $credential",
  (caller) => {
    let client: LegacyClient;
    beforeAll(() => {
      client = legacyClient(caller);
    });
    const detect = async (number: number) =>
      (
        await client.face.detectWithStream(photograph(number), {
          detectionModel: "detection_03",
          recognitionModel: "recognition_04",
        })
      ).map(({ faceId }) => faceId!);

    it("detects by bytes, by stream and by URL, with the defaults that it always sends", async () => {
      const bytes = await client.face.detectWithStream(photograph(1), {
        returnFaceLandmarks: true,
        returnFaceAttributes: ["headPose", "blur", "exposure", "noise", "glasses", "accessories"],
      });
      const [face] = bytes;
      expect(face!.faceId).toMatch(/^[0-9a-f-]{36}$/);
      expect(face!.faceLandmarks!.pupilLeft!.x).toBeGreaterThan(0);
      expect(face!.faceAttributes!.headPose!.yaw).toEqual(expect.any(Number));
      expect(face!.faceAttributes!.blur!.blurLevel).toMatch(/^(low|medium|high)$/);
      expect(face!.faceRectangle.width).toBe(face!.faceRectangle.height);
      const rectangles = bytes.map(({ faceRectangle }) => faceRectangle);
      const stream = await client.face.detectWithStream(() => Readable.from([photograph(1)]));
      expect(stream.map(({ faceRectangle }) => faceRectangle)).toEqual(rectangles);
      const url = await client.face.detectWithUrl(pictureUrl);
      expect(url.map(({ faceRectangle }) => faceRectangle)).toEqual(rectangles);
    });

    it("verifies, searches and groups", async () => {
      const [first, ...others] = await detect(1);
      const again = await detect(1);
      expect(await client.face.verifyFaceToFace(first!, again[0]!)).toMatchObject({
        isIdentical: true,
      });
      const found = await client.face.findSimilar(first!, { faceIds: [...others, ...again] });
      expect(found[0]).toMatchObject({ faceId: again[0] });
      const grouped = await client.face.group([first!, ...again]);
      expect(grouped.groups[0]).toEqual(expect.arrayContaining([first, again[0]]));
      expect(grouped.messyGroup).toHaveLength(again.length - 1);
    });

    it("throws errors with status, code and message, and tries none of them again", async () => {
      const started = Date.now();
      const nobody = "00000000-0000-4000-8000-000000000000";
      await expect(
        client.face.detectWithStream(photograph(1), { returnFaceAttributes: ["emotion"] }),
      ).rejects.toMatchObject({ statusCode: 403, code: "UnsupportedFeature" });
      await expect(client.face.verifyFaceToFace(nobody, nobody)).rejects.toMatchObject({
        statusCode: 404,
        code: "FaceNotFound",
        message: "Face is not found.",
      });
      await expect(client.face.detectWithUrl("http://10.0.0.1/a.jpg")).rejects.toMatchObject({
        statusCode: 400,
        code: "InvalidURL",
      });
      expect(Date.now() - started).toBeLessThan(10_000);
    });
  },
);

it("@azure/cognitiveservices-face throws a rate limit at once", async () => {
  const client = new LegacyClient(
    new ApiKeyCredentials({ inHeader: { "Ocp-Apim-Subscription-Key": "second-key" } }),
    limited.endpoint,
  );
  const nobody = "00000000-0000-4000-8000-000000000000";
  await expect(client.face.group([nobody, nobody])).rejects.toMatchObject({ statusCode: 400 });
  await expect(client.face.group([nobody, nobody])).rejects.toMatchObject({ statusCode: 429 });
});
