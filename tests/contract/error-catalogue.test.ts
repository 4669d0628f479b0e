/** Every row of the catalogue of errors is an answer that the running server can be brought to give. */
import { once } from "node:events";
import { request, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { errorCatalogue, type ErrorKey } from "@mien/contract/errors";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { key, photograph, startTestServer, type TestServer } from "./server.js";

let server: TestServer;
let limited: TestServer;
let full: TestServer;
let strict: TestServer;
let ids: { newer: string; older: string };
beforeAll(async () => {
  server = await startTestServer();
  limited = await startTestServer({ rateLimit: { perSecond: 0.01, burst: 1 } });
  full = await startTestServer({ queueLimit: 1 });
  strict = await startTestServer({ strict: true });
  const detect = async (recognitionModel: "recognition_03" | "recognition_04") =>
    (
      await server.client.detect(photograph(1), {
        detectionModel: "detection_03",
        recognitionModel,
        returnFaceId: true,
      })
    )[0]!.faceId!;
  ids = { newer: await detect("recognition_04"), older: await detect("recognition_03") };
});
afterAll(() => Promise.all([server, limited, full, strict].map((one) => one.close())));

interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

interface Call {
  readonly path: string;
  readonly method?: string;
  readonly body?: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
}

const json = { "Content-Type": "application/json" };
const octets = { "Content-Type": "application/octet-stream" };

function send(endpoint: string, { path, method = "POST", body, headers }: Call): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${endpoint}${path}`,
      { method, headers: { "Ocp-Apim-Subscription-Key": key, ...headers } },
      (response) => {
        text(response)
          .then((answer) =>
            resolve({
              status: response.statusCode,
              headers: response.headers,
              body: JSON.parse(answer) as unknown,
            }),
          )
          .catch(reject);
      },
    );
    call.on("error", reject);
    call.end(body);
  });
}

const face = (operation: string, version = "v1.1-preview.1") => `/face/${version}/${operation}`;
const detect = (query: string, version?: string): Call => ({
  path: `${face("detect", version)}?${query}`,
  body: Buffer.alloc(2000),
  headers: octets,
});
const withJson = (operation: string, value: unknown): Call => ({
  path: face(operation),
  body: typeof value === "string" ? value : JSON.stringify(value),
  headers: json,
});
const nobody = "00000000-0000-4000-8000-000000000000";

/** Calls of one server that end in one answer. */
const calls: Partial<Record<ErrorKey, () => Call>> = {
  bodyInvalid: () => withJson("verify", []),
  jsonInvalid: () => withJson("verify", "{"),
  detectionModelInvalid: () => detect("detectionModel=x"),
  recognitionModelInvalid: () => detect("recognitionModel=x"),
  recognitionModelIncompatible: () =>
    withJson("verify", { faceId1: ids.newer, faceId2: ids.older }),
  returnFaceIdInvalid: () => detect("returnFaceId=x"),
  returnFaceLandmarksInvalid: () => detect("returnFaceLandmarks=x"),
  returnRecognitionModelInvalid: () => detect("returnRecognitionModel=x"),
  faceIdTimeToLiveInvalid: () => detect("faceIdTimeToLive=x"),
  attributesInvalid: () => detect("returnFaceAttributes=x"),
  attributesNotWithDetection02: () => detect("detectionModel=detection_02&returnFaceAttributes=x"),
  landmarksNotWithDetection02: () => detect("detectionModel=detection_02&returnFaceLandmarks=true"),
  attributesOfDetection01: () => detect("returnFaceAttributes=mask"),
  attributesOfDetection03: () => detect("detectionModel=detection_03&returnFaceAttributes=blur"),
  attributesOfDetection03WithBlur: () =>
    detect("detectionModel=detection_03&returnFaceAttributes=noise", "v1.2"),
  qualityNeedsNewerRecognition: () => detect("returnFaceAttributes=qualityForRecognition"),
  attributeRetired: () => detect("returnFaceAttributes=emotion"),
  faceIdInvalid: () => withJson("group", { faceIds: ["x", "y"] }),
  modeInvalid: () => withJson("findsimilars", { faceId: nobody, faceIds: [nobody], mode: 1 }),
  candidateCountInvalid: () =>
    withJson("findsimilars", {
      faceId: nobody,
      faceIds: [nobody],
      maxNumOfCandidatesReturned: 0,
    }),
  faceIdsLengthInvalid: () => withJson("group", { faceIds: [] }),
  faceListsAllNull: () => withJson("findsimilars", { faceId: nobody }),
  faceListsSeveral: () =>
    withJson("findsimilars", { faceId: nobody, faceIds: [nobody], faceListId: "a" }),
  faceListUnsupported: () => withJson("findsimilars", { faceId: nobody, largeFaceListId: "a" }),
  personUnsupported: () => withJson("verify", { faceId: nobody, personId: nobody }),
  sessionImageUnsupported: () => withJson("detect", { sessionImageId: nobody }),
  operationUnsupported: () => withJson("identify", { faceIds: [nobody], personGroupId: "a" }),
  bodyTooBig: () => withJson("group", " ".repeat(300_000)),
  mediaTypeInvalid: () => ({
    path: face("detect"),
    body: "x",
    headers: { "Content-Type": "image/jpeg" },
  }),
  urlInvalid: () => withJson("detect", { url: "file:///etc/passwd" }),
  urlUnreachable: () => withJson("detect", { url: "http://nowhere.invalid/a.jpg" }),
  imageInvalid: () => detect(""),
  imageTooSmall: () => ({ path: face("detect"), body: "x", headers: octets }),
  imageTooBig: () => ({
    path: face("detect"),
    body: Buffer.alloc(6 * 1024 * 1024 + 1),
    headers: octets,
  }),
  accessDenied: () => ({
    ...withJson("verify", {}),
    headers: { ...json, "Ocp-Apim-Subscription-Key": "wrong" },
  }),
  faceNotFoundInVerify: () => withJson("verify", { faceId1: nobody, faceId2: nobody }),
  faceNotFound: () => withJson("group", { faceIds: [nobody, nobody] }),
  routeNotFound: () => ({ path: face("detectt") }),
  methodNotAllowed: () => ({ path: face("detect"), method: "GET" }),
};

/** Sends bytes that need not be HTTP and reads until the connection ends. */
function sendRaw(endpoint: string, bytes: string): Promise<Answered> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("error", reject);
    socket.on("close", () => {
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      const [first = "", ...lines] = head.split("\r\n");
      resolve({
        status: Number(first.split(" ")[1]),
        headers: Object.fromEntries(
          lines.map((line) => [line.split(":")[0]!.toLowerCase(), line.split(": ")[1]!]),
        ),
        body: JSON.parse(body) as unknown,
      });
    });
  });
}

/** Answers that need more than one call or another server. */
const scenes: Partial<Record<ErrorKey, () => Promise<Answered>>> = {
  requestInvalid: () => sendRaw(server.endpoint, "HELLO\r\n\r\n"),
  headersTooLarge: () =>
    sendRaw(server.endpoint, `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`),
  requestTimeout: () => sendRaw(server.endpoint, "POST /face/v1.0/detect HTTP/1.1\r\nHost: a\r\n"),
  versionUnsupported: () =>
    send(strict.endpoint, { ...withJson("verify", {}), path: face("verify", "v1.3") }),
  async rateLimited() {
    await send(limited.endpoint, withJson("verify", {}));
    return send(limited.endpoint, withJson("verify", {}));
  },
  async overloaded() {
    // A body that never ends keeps the only place, which a call has when it is asked for its body.
    const { hostname, port } = new URL(full.endpoint);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST ${face("verify")} HTTP/1.1\r\nHost: a\r\nOcp-Apim-Subscription-Key: ${key}\r\nContent-Type: application/json\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n`,
    );
    const [asked] = (await once(socket, "data")) as [Buffer];
    expect(asked.toString()).toMatch(/^HTTP\/1\.1 100 /);
    socket.write("{");
    const answer = await send(full.endpoint, withJson("verify", {}));
    socket.destroy();
    await vi.waitFor(
      async () => {
        expect((await send(full.endpoint, withJson("verify", {}))).status).toBe(400);
      },
      { timeout: 60_000 },
    );
    return answer;
  },
};

/**
 * Held by `tests/server/faults.test.ts`: a fault, a store that is away, an identity provider that is away; by
 * `tests/server/orderly-end.test.ts`: a server that ends.
 */
const elsewhere: readonly ErrorKey[] = [
  "internal",
  "storeUnavailable",
  "identityProviderUnavailable",
  "ending",
];

const keys = Object.keys(errorCatalogue) as ErrorKey[];

function expectAnswer(answer: Answered, key: ErrorKey): void {
  const { status, code, message } = errorCatalogue[key];
  expect(answer.body).toEqual({ error: { code, message } });
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(answer.headers["x-ms-error-code"]).toBe(code);
  const waits = status === 429 || status === 503;
  expect(answer.headers["retry-after"] ?? "none").toMatch(waits ? /^[1-9]\d*$/ : /^none$/);
}

describe("the catalogue of errors", () => {
  it("has a way to each of its rows, or a test elsewhere", () => {
    expect([...Object.keys(calls), ...Object.keys(scenes), ...elsewhere].sort()).toEqual(
      [...keys].sort(),
    );
  });

  it.each(keys.filter((one) => calls[one] !== undefined))("%s", async (one) => {
    expectAnswer(await send(server.endpoint, calls[one]!()), one);
  });

  it.concurrent.each(keys.filter((one) => scenes[one] !== undefined))("%s", async (one) => {
    expectAnswer(await scenes[one]!(), one);
  });
});
