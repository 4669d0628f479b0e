/** Callers who leave before their answer: nothing is kept of their faces, and nobody waits for their pictures. */
import { once } from "node:events";
import { createServer, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { localFaceClient } from "mien";
import sharp from "sharp";
import { expect, it } from "vitest";
import { exchange, head } from "../contract/raw-http.js";
import { key, photograph, startTestServer } from "../contract/server.js";

it("the faces of a picture whose caller left while it was looked at are not kept", async () => {
  const server = await startTestServer();
  const { hostname, port } = new URL(server.endpoint);
  const metrics = async (): Promise<string> => (await fetch(`${server.endpoint}/metrics`)).text();
  const picture = photograph(1);
  // The worker is there from now on: a picture is looked at as soon as it has come.
  await server.client.detect(picture, { returnFaceId: false });
  const socket = connect(Number(port), hostname);
  const call = head(
    "/face/v1.0/detect?recognitionModel=recognition_04",
    "Content-Type: application/octet-stream",
    `Content-Length: ${picture.length}`,
  );
  await new Promise((resolve) =>
    socket.write(Buffer.concat([Buffer.from(call), picture]), resolve),
  );
  await new Promise((resolve) => setTimeout(resolve, 15));
  socket.destroy();
  await expect.poll(metrics).toContain('mien_requests_total{operation="detect",status="499"} 1');
  // The one worker takes the next picture when it is done with that one.
  await server.client.detect(picture, { returnFaceId: false });
  expect(await metrics()).toMatch(/^mien_templates_live 0$/m);
  await server.close();
});

it("a caller who says that nothing more will come counts as gone: who has left cannot be told from him", async () => {
  const server = await startTestServer();
  const picture = photograph(1);
  await server.client.detect(picture, { returnFaceId: false });
  const lines = ["Content-Type: application/octet-stream", `Content-Length: ${picture.length}`];
  const call = Buffer.concat([Buffer.from(head("/face/v1.0/detect", ...lines)), picture]);
  expect(await exchange(server.endpoint, [call])).toBe("");
  const metrics = await (await fetch(`${server.endpoint}/metrics`)).text();
  expect(metrics).toContain('mien_requests_total{operation="detect",status="499"} 1');
  await server.close();
});

it("calls that came behind another one on a lost connection are over with it", async () => {
  const pictures = createServer();
  await new Promise<void>((resolve) => pictures.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(pictures.address() as AddressInfo).port}/never-answered.jpg`;
  const server = await startTestServer({
    queueLimit: 4,
    urlAllow: ["127.0.0.1"],
    apiKeys: [`one:${key}`],
  });
  const { hostname, port } = new URL(server.endpoint);
  const socket = connect(Number(port), hostname);
  const body = JSON.stringify({ url });
  const call = head(
    "/face/v1.0/detect",
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
  );
  socket.write(`${call}${body}`.repeat(4));
  const metrics = async (): Promise<string> => (await fetch(`${server.endpoint}/metrics`)).text();
  await expect.poll(metrics).toMatch(/^mien_requests_in_flight 5$/m);
  socket.destroy();
  await expect.poll(metrics).toContain('mien_requests_total{operation="detect",status="499"} 4');
  const others = Array.from({ length: 4 }, () =>
    server.client.detect(photograph(1), { returnFaceId: false }),
  );
  expect(await Promise.all(others)).toHaveLength(4);
  await server.close();
  pictures.close();
});

it("a tenant whose bodies never come keeps none of the others out", async () => {
  const server = await startTestServer({ queueLimit: 4 });
  const { hostname, port } = new URL(server.endpoint);
  const call = head(
    "/face/v1.0/detect",
    "Content-Type: application/octet-stream",
    "Content-Length: 1000",
  );
  const sockets = Array.from({ length: 8 }, () => connect(Number(port), hostname));
  for (const socket of sockets) socket.on("error", () => undefined).write(`${call}.`);
  const refusal = () =>
    server.client.detect(photograph(1), { returnFaceId: false }).catch((error: unknown) => error);
  await expect.poll(refusal).toMatchObject({ statusCode: 503 });
  expect(await server.stranger.detect(photograph(1), { returnFaceId: false })).toHaveLength(3);
  for (const socket of sockets) socket.destroy();
  await server.close();
});

it("a caller who leaves while his token is judged takes no place from others", async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const provider = createServer();
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  const server = await startTestServer({
    queueLimit: 1,
    bearerTokens: {
      keySet: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`,
      issuer: "https://login.test/",
      audience: "mien",
      algorithms: ["ES256"],
      tenantClaim: "tid",
      clockTolerance: 0,
    },
  });
  const token = await new SignJWT({ tid: "shop" })
    .setProtectedHeader({ alg: "ES256" })
    .setIssuer("https://login.test/")
    .setAudience("mien")
    .setExpirationTime("5 minutes")
    .sign(privateKey);
  const verify = (authorization: string) =>
    request(`${server.endpoint}/face/v1.2/verify`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      agent: false,
    });
  const leaving = verify(`Bearer ${token}`).on("error", () => undefined);
  const asked = once(provider, "request");
  leaving.end("{}");
  const [, answer] = (await asked) as [unknown, ServerResponse];
  leaving.destroy();
  const metrics = async () => (await fetch(`${server.endpoint}/metrics`)).text();
  await expect.poll(metrics).toContain('status="499"} 1');
  answer.end(JSON.stringify({ keys: [await exportJWK(publicKey)] }));
  const statuses: (number | undefined)[] = [];
  // The first of them waits for the same keys as the one who left.
  for (let count = 0; count < 2; count++)
    statuses.push(
      await new Promise((resolve, reject) => {
        verify(`Bearer ${token}`)
          .on("response", (response) => resolve(response.resume().statusCode))
          .on("error", reject)
          .end("{}");
      }),
    );
  // A body that is not what is asked for: the door opened.
  expect(statuses).toEqual([400, 400]);
  await server.close();
  provider.close();
});

it("calls without a socket that are aborted leave their places to others", async () => {
  const client = await localFaceClient({ workers: 1, retryOptions: { maxRetries: 0 } });
  const picture = photograph(1);
  const faces = await client.detect(picture, { returnFaceId: false });
  // More than may wait for one worker.
  for (let count = 0; count < 70; count++) {
    const controller = new AbortController();
    const call = client.detect(picture, { abortSignal: controller.signal });
    setTimeout(() => controller.abort(), 1);
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  }
  expect(await client.detect(picture, { returnFaceId: false })).toEqual(faces);
  await client.close();
});

it("a call whose caller left keeps its place until its work is done", async () => {
  const server = await startTestServer({ queueLimit: 1, apiKeys: [`one:${key}`] });
  const metrics = async (): Promise<string> => (await fetch(`${server.endpoint}/metrics`)).text();
  const photo = sharp(photograph(1)).resize({ width: 640 });
  const { data: tile, info } = await photo.toBuffer({ resolveWithObject: true });
  const places = Array.from({ length: 30 }, (_, index) => ({
    input: tile,
    left: (index % 6) * info.width,
    top: Math.floor(index / 6) * info.height,
  }));
  const crowd = await sharp({
    create: { width: 6 * info.width, height: 5 * info.height, channels: 3, background: "grey" },
  })
    .composite(places)
    .jpeg()
    .toBuffer();
  // The worker is there from now on.
  await server.client.detect(photograph(1), { returnFaceId: false });
  const controller = new AbortController();
  const call = server.client.detect(crowd, { abortSignal: controller.signal });
  await expect.poll(metrics).toMatch(/^mien_requests_in_flight 2$/m);
  // It has been looked at for a part of the seconds that it takes.
  await new Promise((resolve) => setTimeout(resolve, 300));
  controller.abort();
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
  await expect.poll(metrics).toContain('mien_requests_total{operation="detect",status="499"} 1');
  const refusal = () =>
    server.client
      .verifyFaceToFace({ faceId1: "no", faceId2: "id" })
      .catch((error: unknown) => error);
  expect(await refusal()).toMatchObject({ statusCode: 503 });
  await expect.poll(refusal).toMatchObject({ statusCode: 400 });
  await server.close();
});
