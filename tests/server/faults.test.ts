/** What a real server answers when it is not the caller's fault: its parts are taken away while it serves. */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { type ErrorKey, errorCatalogue } from "@mien/contract/errors";
import { generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photographs, type RunningServer, startServer } from "../cli/running-server.js";
import { masterText } from "../store/faces.js";
import { redisIsInstalled, type RedisServers, startRedis } from "../store/redis-servers.js";
import { decodersOf } from "./child-processes.js";

const picture = readFileSync(photographs[3]!);
const octets = "application/octet-stream";

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function call(
  server: RunningServer,
  operation: string,
  body: Uint8Array | object,
  authorization: Record<string, string> = { "ocp-apim-subscription-key": server.key },
): Promise<Answered> {
  const isPicture = body instanceof Uint8Array;
  const response = await fetch(`${server.endpoint}/face/v1.1-preview.1/${operation}`, {
    method: "POST",
    headers: { ...authorization, "content-type": isPicture ? octets : "application/json" },
    body: isPicture ? (body as BodyInit) : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

function expectError(answer: Answered, key: ErrorKey): void {
  const { status, code, message } = errorCatalogue[key];
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: { error: { code, message } },
  });
  expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(answer.headers.get("x-ms-error-code")).toBe(code);
  expect(answer.headers.get("retry-after") ?? "none").toMatch(
    status === 503 ? /^[1-9]\d*$/ : /^none$/,
  );
}

const withFaceIds = "detect?detectionModel=detection_03&recognitionModel=recognition_03";

describe.skipIf(!redisIsInstalled)("a store that dies while it is served from", () => {
  let redis: RedisServers;
  let server: RunningServer;
  beforeAll(async () => {
    redis = await startRedis();
    server = await startServer({
      MIEN_STORE_URL: redis.url,
      MIEN_STORE_REPLICAS: "0",
      MIEN_MASTER_KEY: masterText,
    });
  });
  afterAll(async () => {
    await server.stop();
    await redis.close();
  });

  it("costs what needs it a 503, nothing else, and no face", async () => {
    const detected = await call(server, withFaceIds, picture);
    expect(detected.status).toBe(200);
    const faceIds = (detected.body as { faceId: string }[]).map(({ faceId }) => faceId);
    expect(faceIds).toHaveLength(4);
    const pair = { faceId1: faceIds[0], faceId2: faceIds[0] };
    expect((await call(server, "verify", pair)).body).toMatchObject({ isIdentical: true });

    await redis.nodes[0]!.kill();
    expectError(await call(server, "verify", pair), "storeUnavailable");
    expectError(
      await call(server, "findsimilars", { faceId: faceIds[0], faceIds }),
      "storeUnavailable",
    );
    expectError(await call(server, "group", { faceIds }), "storeUnavailable");
    expectError(await call(server, withFaceIds, picture), "storeUnavailable");
    // What keeps nothing needs no store, and what is wrong is still told.
    expect((await call(server, "detect?returnFaceId=false", picture)).status).toBe(200);
    expectError(await call(server, "verify", { faceId1: "x" }), "faceIdInvalid");
    expect((await fetch(`${server.endpoint}/healthz`)).status).toBe(200);
    // Just now an operator looks at the numbers; only what the store alone knows is missing.
    const metrics = await (await fetch(`${server.endpoint}/metrics`)).text();
    expect(metrics).toContain('error="storeUnavailable"} 1');
    expect(metrics).not.toMatch(/^mien_(templates_live|store_bytes) /m);

    await redis.restart(redis.nodes[0]!);
    await expect.poll(async () => (await call(server, "verify", pair)).status).toBe(200);
    // Faces are written, and counted, over a connection of its own.
    await expect
      .poll(async () => (await fetch(`${server.endpoint}/metrics`)).text())
      .toMatch(/^mien_templates_live [1-9]/m);
  });
});

describe.runIf(process.platform === "linux")("a fault of the server itself", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ MIEN_LOG: "error" });
    await fetch(`${server.endpoint}/readyz`);
  });
  afterAll(() => server.stop());

  it("is answered 500 in JSON without a word of the cause, which the log has", async () => {
    // No process that decodes may live: each is killed before it can say that it is ready.
    const state = { killing: true };
    const killer = (async () => {
      while (state.killing) {
        for (const pid of decodersOf(server.process.pid!))
          try {
            process.kill(pid, "SIGKILL");
          } catch {
            // It was gone already.
          }
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    try {
      // The first may have met a decoder that was ready.
      await call(server, "detect?returnFaceId=false", picture);
      expectError(await call(server, "detect?returnFaceId=false", picture), "internal");
    } finally {
      state.killing = false;
      await killer;
    }
    // A line takes a moment from there to here.
    const line = () =>
      server
        .output()
        .split("\n")
        .find((candidate) => candidate.includes('"error":"internal"'));
    await expect.poll(line).toBeDefined();
    expect(JSON.parse(line()!)).toMatchObject({
      status: 500,
      code: "InternalServerError",
      cause: expect.stringContaining("the decoder ended with SIGKILL") as string,
    });
    expect((await call(server, "detect?returnFaceId=false", picture)).status).toBe(200);
  });
});

/** A port that nobody listens on any more. */
async function desertedPort(): Promise<number> {
  const probe = createServer();
  const port = await new Promise<number>((resolve) => {
    probe.listen(0, "127.0.0.1", () => resolve((probe.address() as { port: number }).port));
  });
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

describe("a collector of traces", () => {
  it("that is away costs no call, and the end is in order", async () => {
    const server = await startServer({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await desertedPort()}`,
    });
    expectError(await call(server, "group", { faceIds: [] }), "faceIdsLengthInvalid");
    expect(await server.stop()).toBe(0);
  });

  it("that takes what comes and never answers is given up at the end", async () => {
    let given = 0;
    const mute = createServer((socket) => {
      given++;
      socket.resume().on("error", () => undefined);
    });
    const port = await new Promise<number>((resolve) => {
      mute.listen(0, "127.0.0.1", () => resolve((mute.address() as { port: number }).port));
    });
    const server = await startServer({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    expectError(await call(server, "group", { faceIds: [] }), "faceIdsLengthInvalid");
    expect(await server.stop()).toBe(0);
    expect(given).toBeGreaterThan(0);
    // All its connections are closed: nothing holds it.
    await new Promise((resolve) => mute.close(resolve));
  });
});

describe("an identity provider that is away", () => {
  it("costs those who come with its tokens a 503, and nobody else", async () => {
    const port = await desertedPort();
    const server = await startServer({
      MIEN_API_KEYS: "a-key",
      MIEN_JWKS: `http://127.0.0.1:${port}/keys`,
      MIEN_JWT_ISSUER: "https://login.test/",
      MIEN_JWT_AUDIENCE: "mien",
    });
    try {
      const { privateKey } = await generateKeyPair("RS256");
      const token = await new SignJWT({ tid: "shop" })
        .setProtectedHeader({ alg: "RS256", kid: "one" })
        .setIssuer("https://login.test/")
        .setAudience("mien")
        .setExpirationTime("5 minutes")
        .sign(privateKey);
      const body = { faceIds: [] };
      expectError(
        await call(server, "group", body, { authorization: `Bearer ${token}` }),
        "identityProviderUnavailable",
      );
      expectError(await call(server, "group", body), "faceIdsLengthInvalid");
      expectError(await call(server, "group", body, { authorization: "Bearer x" }), "accessDenied");
    } finally {
      await server.stop();
    }
  });
});
