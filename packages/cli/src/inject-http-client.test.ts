import { getEventListeners } from "node:events";
import { Readable } from "node:stream";
import { setTimeout as delay, setImmediate as nextTask } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AzureKeyCredential, FaceClient, createPipelineRequest } from "@mien/client";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, it } from "vitest";
import { injectHttpClient, type InjectedRequest } from "./inject-http-client.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

let server: FastifyInstance;
let client: FaceClient;

beforeEach(() => {
  server = Fastify();
  server.addContentTypeParser(
    "application/octet-stream",
    { parseAs: "buffer" },
    (_request, body, done) => done(null, body),
  );
  client = new FaceClient("http://localhost", new AzureKeyCredential("k"), {
    httpClient: injectHttpClient({
      inject: (request) => server.inject(request),
      close: () => server.close(),
    }),
    retryOptions: { maxRetries: 0 },
  });
});
afterEach(() => client.close());

it("carries bytes, query and key to the routes of a server without a socket", async () => {
  const seen: unknown[] = [];
  server.post("/face/v1.1-preview.1/detect", (request) => {
    seen.push(request.query, request.headers["ocp-apim-subscription-key"], [
      ...(request.body as Buffer),
    ]);
    return [];
  });
  const answer = await client.detect(new Uint8Array([9, 1, 2, 9]).subarray(1, 3), {
    returnFaceId: false,
  });
  expect(answer).toEqual([]);
  expect(seen).toEqual([{ returnFaceId: "false" }, "k", [1, 2]]);
});

it("carries JSON and the service's errors", async () => {
  server.post("/face/v1.1-preview.1/verify", (request, reply) =>
    reply
      .code(404)
      .send({ error: { code: "FaceNotFound", message: JSON.stringify(request.body) } }),
  );
  await expect(client.verifyFaceToFace({ faceId1: "a", faceId2: "b" })).rejects.toMatchObject({
    statusCode: 404,
    code: "FaceNotFound",
    message: '{"faceId1":"a","faceId2":"b"}',
  });
});

it("gives a stream when asked", async () => {
  server.get("/face/v1.1-preview.1/x", () => "body");
  const response = await client.sendRequest(createPipelineRequest({ url: "x" }), { stream: true });
  let text = "";
  for await (const chunk of response.readableStreamBody!) text += String(chunk);
  expect(text).toBe("body");
});

it("ends a call that is aborted, and one that takes longer than its time", async () => {
  server.post("/face/v1.1-preview.1/group", () => new Promise(() => undefined));
  const body = { faceIds: ["a", "b"] };
  const controller = new AbortController();
  const aborted = client.group(body, { abortSignal: controller.signal });
  controller.abort();
  await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
  await expect(client.group(body, { timeout: 1 })).rejects.toMatchObject({ name: "AbortError" });
});

it("tells the server when a call is aborted, and keeps no hold on a signal that lives on", async () => {
  const signals: AbortSignal[] = [];
  let tellSecond = (): void => undefined;
  const second = new Promise<void>((resolve) => (tellSecond = resolve));
  const watched = new FaceClient("http://localhost", new AzureKeyCredential("k"), {
    httpClient: injectHttpClient({
      inject: (_request, signal) => {
        signals.push(signal);
        if (signals.length === 1)
          return Promise.resolve({ statusCode: 200, headers: {}, rawPayload: Buffer.from("[]") });
        tellSecond();
        return new Promise(() => undefined);
      },
      close: () => Promise.resolve(),
    }),
  });
  const controller = new AbortController();
  const call = (): Promise<unknown> =>
    watched.detect(new Uint8Array(1), { abortSignal: controller.signal });
  await call();
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  const aborted = call();
  await second;
  controller.abort();
  await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
});

it("lets go of what an answered call has sent, however much of its time is left", async () => {
  const abandoned: InjectedRequest[] = [];
  const http = injectHttpClient({
    inject(request, signal) {
      signal.addEventListener("abort", () => abandoned.push(request));
      return Promise.resolve({ statusCode: 200, headers: {}, rawPayload: Buffer.from("[]") });
    },
    close: () => Promise.resolve(),
  });
  const send = async (): Promise<WeakRef<ArrayBuffer>> => {
    const body = new Uint8Array(1);
    const url = "http://localhost/";
    await http.sendRequest(
      createPipelineRequest({ url, method: "POST", body, timeout: 3_600_000 }),
    );
    return new WeakRef(body.buffer);
  };
  const sent = [await send(), await send(), await send()];
  // What a weak reference was made of lives to the end of the task that made it.
  await nextTask();
  collectGarbage();
  expect(sent.filter((body) => body.deref() !== undefined)).toEqual([]);
});

it.each([
  ["a method", { method: "TRACE" as const }],
  ["a body", { method: "POST" as const, body: () => Readable.from(["x"]) }],
])("ends a call with %s that cannot be carried, for good", async (_what, refused) => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): unknown => unhandled.push(reason);
  process.on("unhandledRejection", note);
  const http = injectHttpClient({
    inject: (request) => server.inject(request),
    close: () => server.close(),
  });
  const request = createPipelineRequest({ url: "http://localhost/", timeout: 1, ...refused });
  await expect(http.sendRequest(request)).rejects.toThrow(TypeError);
  // Its time limit passes when it has long been answered.
  await delay(20);
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

it("closes the server with the client", async () => {
  let closed = 0;
  server.addHook("onClose", () => {
    closed += 1;
  });
  await client.close();
  expect(closed).toBe(1);
});
