import { readFileSync } from "node:fs";
import { Agent, createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  AzureKeyCredential,
  FaceClient,
  createHttpHeaders,
  createPipelineRequest,
  insecureConnectionCode,
  isRestError,
  type ClosableHttpClient,
  type HttpClient,
  type PipelineRequest,
  type RestError,
} from "./face-client.js";

interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}
interface PlannedAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

let server: Server;
let endpoint: string;
let received: ReceivedRequest[];
/** What is answered next; the last one is repeated. */
let plan: PlannedAnswer[];

beforeEach(async () => {
  received = [];
  plan = [{ body: [] }];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({
        method: request.method!,
        url: request.url!,
        headers: request.headers,
        body: Buffer.concat(chunks),
      });
      const answer = plan.length > 1 ? plan.shift()! : plan[0]!;
      response.writeHead(answer.status ?? 200, {
        "content-type": "application/json; charset=utf-8",
        ...answer.headers,
      });
      response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const credential = new AzureKeyCredential("first key");
const quick = { retryOptions: { retryDelayInMs: 1, maxRetryDelayInMs: 2 } };

async function rejection(promise: Promise<unknown>): Promise<RestError> {
  try {
    await promise;
  } catch (error) {
    if (isRestError(error)) return error;
    throw error;
  }
  throw new Error("expected the call to fail");
}

it("names itself by the version that it is published as", async () => {
  await new FaceClient(endpoint, credential).detect(new Uint8Array(1));
  const { version } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  expect(received[0]!.headers["user-agent"]).toContain(`face-client-js/${version} `);
});

it("calls an address of IPv6, and follows its redirection to a host by name", async () => {
  const { port } = server.address() as AddressInfo;
  const there = createServer((_request, response) => {
    response.writeHead(307, { location: `http://localhost:${port}/there` }).end();
  });
  await new Promise<void>((resolve) => there.listen(0, "::1", resolve));
  const place = `http://[::1]:${(there.address() as AddressInfo).port}`;
  const client = new FaceClient(place, credential, {
    redirectOptions: { allowCrossOriginRedirects: true },
  });
  expect(await client.detect(new Uint8Array(1))).toEqual([]);
  expect(received[0]).toMatchObject({ url: "/there", headers: { host: `localhost:${port}` } });
  there.closeAllConnections();
  await new Promise((resolve) => there.close(resolve));
});

describe("detect", () => {
  it("posts the bytes with the query in the order of the reference", async () => {
    const picture = new Uint8Array([1, 2, 3]);
    await new FaceClient(endpoint, credential).detect(picture, {
      faceIdTimeToLive: 60,
      returnRecognitionModel: true,
      returnFaceLandmarks: false,
      returnFaceAttributes: ["headPose", "mask"],
      returnFaceId: true,
      recognitionModel: "recognition_04",
      detectionModel: "detection_03",
    });
    expect(received).toHaveLength(1);
    const [request] = received;
    expect(request!.method).toBe("POST");
    expect(request!.url).toBe(
      "/face/v1.1-preview.1/detect?detectionModel=detection_03&recognitionModel=recognition_04" +
        "&returnFaceId=true&returnFaceAttributes=headPose,mask&returnFaceLandmarks=false" +
        "&returnRecognitionModel=true&faceIdTimeToLive=60",
    );
    expect([...request!.body]).toEqual([1, 2, 3]);
    expect(request!.headers).toMatchObject({
      accept: "application/json",
      "content-type": "application/octet-stream",
      "content-length": "3",
      "ocp-apim-subscription-key": "first key",
    });
    expect(request!.headers["x-ms-client-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("sends no query when nothing is chosen", async () => {
    await new FaceClient(endpoint, credential).detect(new Uint8Array(1), {
      returnFaceAttributes: [],
    });
    expect(received[0]!.url).toBe("/face/v1.1-preview.1/detect");
  });

  const bytes = new Uint8Array([0xff, 0xd8, 0, 7, 250]);
  /** As `readableWebStream` of Node 20's files gives one. */
  const streamOf = (...chunks: ArrayBuffer[]): ReadableStream<ArrayBuffer> =>
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    });
  /** Test runners and sandboxes give each file constructors of its own. */
  const foreign = (code: string) => runInNewContext(code, { bytes: [...bytes] }) as Uint8Array;
  it.each([
    ["Uint8Array", () => bytes],
    ["a view into a larger buffer", () => new Uint8Array([9, ...bytes, 9]).subarray(1, 6)],
    ["ArrayBuffer", () => bytes.slice().buffer],
    ["DataView", () => new DataView(new Uint8Array([9, ...bytes, 9]).buffer, 1, 5)],
    ["Uint8Array of another realm", () => foreign("new Uint8Array(bytes)")],
    ["ArrayBuffer of another realm", () => foreign("new Uint8Array(bytes).buffer")],
    ["Blob", () => new Blob([bytes])],
    ["web stream", () => new Blob([bytes]).stream() as ReadableStream<Uint8Array>],
    [
      "web stream of a file in Node 20",
      () => streamOf(bytes.slice(0, 2).buffer, bytes.slice(2).buffer),
    ],
    ["Node stream", () => Readable.from([bytes.subarray(0, 2), bytes.subarray(2)])],
  ])("accepts a picture as %s", async (_form, picture) => {
    await new FaceClient(endpoint, credential).detect(picture());
    expect([...received[0]!.body]).toEqual([...bytes]);
  });

  it("refuses what is no picture before anything is sent", async () => {
    const client = new FaceClient(endpoint, credential);
    await expect(client.detect("a.jpg" as unknown as Uint8Array)).rejects.toThrow(TypeError);
    await expect(client.detect({} as Uint8Array)).rejects.toThrow(TypeError);
    await expect(client.detect(null as unknown as Uint8Array)).rejects.toThrow(/^expected a /);
    await expect(client.detect(Readable.from(["text"]))).rejects.toThrow(/encoding/);
    const text = new ReadableStream({ start: (controller) => controller.enqueue("text") });
    await expect(client.detect(text as ReadableStream<Uint8Array>)).rejects.toThrow(/encoding/);
    expect(received).toHaveLength(0);
  });

  it("leaves out null, as Python's client leaves out None, and asks for attributes in an array alone", async () => {
    const client = new FaceClient(endpoint, credential);
    const none = { detectionModel: null, returnFaceAttributes: null, faceIdTimeToLive: null };
    await client.detect(new Uint8Array(1), none as unknown as object);
    expect(received.map(({ url }) => url)).toEqual(["/face/v1.1-preview.1/detect"]);
    for (const attributes of [new Set(["mask"]), "mask"])
      await expect(
        client.detect(new Uint8Array(1), { returnFaceAttributes: attributes as never }),
      ).rejects.toThrow(new TypeError("returnFaceAttributes must be an array"));
    expect(received).toHaveLength(1);
  });

  it("keeps each chunk of a reader that uses one buffer for all", async () => {
    async function* pieces() {
      const buffer = Buffer.alloc(2);
      for (const text of ["ab", "cd", "ef"]) {
        buffer.write(text);
        yield await Promise.resolve(buffer);
      }
    }
    await new FaceClient(endpoint, credential).detect(pieces());
    expect(received[0]!.body.toString()).toBe("abcdef");
  });

  it("sends no empty picture for a Node stream that was read before", async () => {
    const client = new FaceClient(endpoint, credential);
    const stream = Readable.from([Buffer.from("abc")]);
    await client.detect(stream);
    await expect(client.detect(stream)).rejects.toThrow(
      new TypeError("the stream has already been read"),
    );
    expect(received).toHaveLength(1);
  });

  it("sends no empty picture for a web stream or a generator that was read before", async () => {
    const client = new FaceClient(endpoint, credential);
    const used = new TypeError("the stream has already been read");
    async function* pieces() {
      yield await Promise.resolve(Buffer.from("abc"));
    }
    const generator = pieces();
    await client.detect(generator);
    await expect(client.detect(generator)).rejects.toThrow(used);
    const stream = streamOf(bytes.slice().buffer);
    await client.detect(stream);
    await expect(client.detect(stream)).rejects.toThrow(used);
    const drained = streamOf(bytes.slice().buffer);
    const reader = drained.getReader();
    await expect(client.detect(drained)).rejects.toThrow(used);
    while (!(await reader.read()).done);
    reader.releaseLock();
    await expect(client.detect(drained)).rejects.toThrow(used);
    // What can be read again may be.
    const again = { [Symbol.asyncIterator]: pieces };
    await client.detect(again);
    await client.detect(again);
    expect(received.map(({ body }) => body.length)).toEqual([3, 5, 3, 3]);
  });

  it("answers the faces as they came", async () => {
    const faces = [{ faceRectangle: { top: 1, left: 2, width: 3, height: 4 } }];
    plan = [{ body: faces }];
    expect(await new FaceClient(endpoint, credential).detect(new Uint8Array(1))).toEqual(faces);
  });
});

describe("JSON bodies", () => {
  it.each([
    ["detectFromUrl", "detect", { url: "https://a.example/b.jpg" }],
    [
      "findSimilar",
      "findsimilars",
      { faceId: "a", faceIds: ["b"], maxNumOfCandidatesReturned: 3, mode: "matchFace" },
    ],
    ["group", "group", { faceIds: ["a", "b"] }],
    ["verifyFaceToFace", "verify", { faceId1: "a", faceId2: "b" }],
  ] as const)("%s posts an object, and prepared bytes as they are", async (method, path, body) => {
    const client = new FaceClient(endpoint, credential);
    const call = client[method].bind(client) as (body: object) => Promise<unknown>;
    await call(body);
    const prepared = Buffer.from(`${JSON.stringify(body)}  `);
    await call(prepared);
    expect(received.map(({ url }) => url)).toEqual(Array(2).fill(`/face/v1.1-preview.1/${path}`));
    expect(received[0]!.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(received[0]!.body.toString())).toEqual(body);
    expect(received[1]!.body.equals(prepared)).toBe(true);
  });

  it("leaves out members that are undefined", async () => {
    await new FaceClient(endpoint, credential).findSimilar({
      faceId: "a",
      faceIds: ["b"],
      ...({ mode: undefined } as object),
    });
    expect(received[0]!.body.toString()).toBe('{"faceId":"a","faceIds":["b"]}');
  });

  it("names a required argument that is missing", async () => {
    const client = new FaceClient(endpoint, credential);
    await expect(client.group({} as { faceIds: string[] })).rejects.toThrow(
      new TypeError("missing required argument: faceIds"),
    );
    await expect(client.verifyFaceToFace(undefined as never)).rejects.toThrow(
      new TypeError("missing required argument: faceId1"),
    );
    expect(received).toHaveLength(0);
  });

  it("detectFromUrl carries the parameters of detection", async () => {
    await new FaceClient(endpoint, credential).detectFromUrl(
      { url: "https://a.example/b.jpg" },
      { returnFaceId: false, returnFaceLandmarks: true },
    );
    expect(received[0]!.url).toBe(
      "/face/v1.1-preview.1/detect?returnFaceId=false&returnFaceLandmarks=true",
    );
  });
});

describe("endpoint and version", () => {
  it("puts the version into the path and drops slashes at the end of the endpoint", async () => {
    await new FaceClient(`${endpoint}//`, credential, { apiVersion: "v1.2" }).group({
      faceIds: ["a", "b"],
    });
    expect(received[0]!.url).toBe("/face/v1.2/group");
  });

  it("keeps a path of the endpoint", async () => {
    await new FaceClient(`${endpoint}/behind/proxy/`, credential).group({ faceIds: ["a", "b"] });
    expect(received[0]!.url).toBe("/behind/proxy/face/v1.1-preview.1/group");
  });

  it("reads an endpoint as a URL: blanks of a file or a form around it, a query, a fragment", async () => {
    for (const spelt of [` ${endpoint}`, `${endpoint} \n`, `${endpoint}/?a=b`, `${endpoint}#c`])
      await new FaceClient(spelt, credential).group({ faceIds: ["a", "b"] });
    expect(received.map(({ url }) => url)).toEqual(Array(4).fill("/face/v1.1-preview.1/group"));
    expect(new Set(received.map(({ headers }) => headers["ocp-apim-subscription-key"]))).toEqual(
      new Set(["first key"]),
    );
  });

  it.each(["not an address", "ftp://a.example", "face.example.com"])("refuses %s", (address) => {
    expect(() => new FaceClient(address, credential)).toThrow(TypeError);
  });

  it("refuses plain http to another machine unless told otherwise", async () => {
    const carried: string[] = [];
    const httpClient: HttpClient = {
      sendRequest: (request) => {
        carried.push(`${request.url} ${String(request.allowInsecureConnection)}`);
        return Promise.resolve({
          request,
          status: 200,
          headers: createHttpHeaders(),
          bodyAsText: "{}",
        });
      },
    };
    const body = { faceIds: ["a", "b"] };
    for (const address of [
      "http://127.0.0.9:1",
      "http://[::1]:1",
      "http://localhost",
      "http://a.example",
    ]) {
      await new FaceClient(address, credential, { httpClient }).group(body);
    }
    await new FaceClient("http://a.example", credential, {
      httpClient,
      allowInsecureConnection: true,
    }).group(body);
    expect(carried.map((line) => line.split(" ")[1])).toEqual([
      "true",
      "true",
      "true",
      "false",
      "true",
    ]);
    const refused = await new FaceClient("http://a.example", credential)
      .group(body)
      .catch((error: unknown) => error);
    expect(isRestError(refused)).toBe(true);
    expect(refused).toMatchObject({
      code: insecureConnectionCode,
      message: expect.stringContaining("allowInsecureConnection") as string,
    });
  });
});

describe("a proxy of the environment", () => {
  const asked: string[] = [];
  let proxy: Server;
  beforeEach(async () => {
    asked.length = 0;
    proxy = createServer((request, response) => {
      asked.push(request.url!);
      request.resume().on("end", () => response.end("{}"));
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    vi.stubEnv("HTTP_PROXY", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });
  const body = { faceIds: ["a", "b"] };

  it("neither carries calls to this machine nor reads their key", async () => {
    await new FaceClient(endpoint, credential).group(body);
    expect(received).toHaveLength(1);
    expect(asked).toEqual([]);
  });

  it("carries calls to other machines", async () => {
    const client = new FaceClient("http://a.example", credential, {
      allowInsecureConnection: true,
    });
    await client.group(body);
    expect(asked).toEqual(["http://a.example/face/v1.1-preview.1/group"]);
  });

  it("carries every call where the caller names it himself", async () => {
    const { port } = proxy.address() as AddressInfo;
    const client = new FaceClient(endpoint, credential, {
      proxyOptions: { host: "http://127.0.0.1", port },
    });
    await client.group(body);
    expect(asked).toEqual([`${endpoint}/face/v1.1-preview.1/group`]);
  });
});

describe("credentials", () => {
  it("sends a new key from the next call on", async () => {
    const rotated = new AzureKeyCredential("old");
    const client = new FaceClient(endpoint, rotated);
    await client.group({ faceIds: ["a", "b"] });
    rotated.update("new");
    await client.group({ faceIds: ["a", "b"] });
    expect(received.map(({ headers }) => headers["ocp-apim-subscription-key"])).toEqual([
      "old",
      "new",
    ]);
  });

  it.each([undefined, null, "the key itself", {}, { key: undefined }, { signature: "a" }])(
    "that are none are refused at once: %j",
    (none) => {
      expect(() => new FaceClient(endpoint, none as never)).toThrow(
        new TypeError("expected an AzureKeyCredential or a TokenCredential"),
      );
    },
  );

  it("asks a token for Azure's scope and sends it as bearer", async () => {
    const scopes: unknown[] = [];
    const sent: (string | undefined)[] = [];
    const client = new FaceClient(
      "https://face.example.com",
      {
        getToken: (scope) => {
          scopes.push(scope);
          return Promise.resolve({ token: "tok", expiresOnTimestamp: Date.now() + 3_600_000 });
        },
      },
      {
        httpClient: {
          sendRequest: (request) => {
            sent.push(
              request.headers.get("authorization"),
              request.headers.get("ocp-apim-subscription-key"),
            );
            return Promise.resolve({
              request,
              status: 200,
              headers: createHttpHeaders(),
              bodyAsText: "{}",
            });
          },
        },
      },
    );
    await client.group({ faceIds: ["a", "b"] });
    expect(scopes).toEqual([["https://cognitiveservices.azure.com/.default"]]);
    expect(sent).toEqual(["Bearer tok", undefined]);
  });

  it("never sends a token over plain http, not even to this machine", async () => {
    const client = new FaceClient(endpoint, {
      getToken: () => Promise.resolve({ token: "tok", expiresOnTimestamp: Date.now() + 3_600_000 }),
    });
    await expect(client.group({ faceIds: ["a", "b"] })).rejects.toThrow(/non-TLS/);
    expect(received).toHaveLength(0);
  });

  it("keeps the key from other origins, also when redirected there", async () => {
    const others: IncomingMessage["headers"][] = [];
    const other = createServer((request, response) => {
      others.push(request.headers);
      request.resume().on("end", () => response.end("{}"));
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
    const client = new FaceClient(endpoint, credential);
    await client.sendRequest(createPipelineRequest({ url: elsewhere }));
    plan = [{ status: 307, headers: { location: elsewhere }, body: {} }];
    await client.sendRequest(createPipelineRequest({ url: endpoint })).catch(() => undefined);
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
    expect(received[0]!.headers["ocp-apim-subscription-key"]).toBe("first key");
    expect(others.length).toBeGreaterThan(0);
    for (const headers of others) expect(headers["ocp-apim-subscription-key"]).toBeUndefined();
  });
});

describe("errors", () => {
  it("carry the service's code, status and message", async () => {
    const body = { error: { code: "FaceNotFound", message: "Face is not found." } };
    plan = [{ status: 404, body }];
    const error = await rejection(
      new FaceClient(endpoint, credential).verifyFaceToFace({ faceId1: "a", faceId2: "b" }),
    );
    expect(error).toMatchObject({
      name: "RestError",
      code: "FaceNotFound",
      statusCode: 404,
      message: "Face is not found.",
      details: body,
    });
    expect(error.response!.status).toBe(404);
  });

  it.each([
    [
      "a gateway's form without a code",
      { error: { statusCode: 403, message: "Out of quota." } },
      403,
      "403",
      "Out of quota.",
    ],
    [
      "a page of a proxy",
      "<h1>Bad Gateway</h1>",
      403,
      "403",
      "unexpected status 403: <h1>Bad Gateway</h1>",
    ],
    ["an empty body", "", 413, "413", "unexpected status 413"],
    ["JSON null", "null", 400, "400", "unexpected status 400: null"],
    ["success that is not 200", {}, 202, "202", "unexpected status 202: {}"],
  ])("survive %s", async (_what, body, status, code, message) => {
    plan = [{ status, body }];
    const error = await rejection(
      new FaceClient(endpoint, credential, quick).group({ faceIds: ["a", "b"] }),
    );
    expect(error).toMatchObject({ code, statusCode: status, message });
  });

  it("say so when a 200 is not JSON", async () => {
    plan = [{ body: "<html>" }];
    const error = await rejection(
      new FaceClient(endpoint, credential).group({ faceIds: ["a", "b"] }),
    );
    expect(error.code).toBe("PARSE_ERROR");
  });

  it("never hold the key in their text", async () => {
    plan = [{ status: 401, body: { error: { code: "401", message: "Access denied" } } }];
    const error = await rejection(
      new FaceClient(endpoint, credential).group({ faceIds: ["a", "b"] }),
    );
    const { inspect } = await import("node:util");
    expect(inspect(error, { depth: 8 })).not.toContain("first key");
    expect(JSON.stringify(error)).not.toContain("first key");
  });
});

describe("retries", () => {
  it("sends the same body and request id again after 503, a stream's too", async () => {
    plan = [{ status: 503, body: {} }, { status: 500, body: {} }, { body: [] }];
    const client = new FaceClient(endpoint, credential, quick);
    await client.detect(Readable.from([Buffer.from("abc")]));
    expect(received.map(({ body }) => body.toString())).toEqual(["abc", "abc", "abc"]);
    expect(new Set(received.map(({ headers }) => headers["x-ms-client-request-id"])).size).toBe(1);
  });

  it("honours Retry-After of 429", async () => {
    plan = [{ status: 429, headers: { "retry-after": "0" }, body: {} }, { body: [] }];
    await new FaceClient(endpoint, credential, quick).detect(new Uint8Array(1));
    expect(received).toHaveLength(2);
  });

  it("does not repeat what is the caller's fault", async () => {
    plan = [{ status: 400, body: { error: { code: "BadArgument", message: "x" } } }];
    await rejection(new FaceClient(endpoint, credential, quick).detect(new Uint8Array(1)));
    expect(received).toHaveLength(1);
  });
});

describe("the pipeline", () => {
  it("runs the caller's policies once per call or at every retry", async () => {
    plan = [{ status: 500, body: {} }, { body: [] }];
    const runs: string[] = [];
    const policy = (name: string) => ({
      name,
      sendRequest: (
        request: Parameters<HttpClient["sendRequest"]>[0],
        next: HttpClient["sendRequest"],
      ) => {
        runs.push(name);
        return next(request);
      },
    });
    const client = new FaceClient(endpoint, credential, {
      ...quick,
      additionalPolicies: [
        { policy: policy("once"), position: "perCall" },
        { policy: policy("each"), position: "perRetry" },
      ],
    });
    await client.detect(new Uint8Array(1));
    expect(runs).toEqual(["once", "each", "each"]);
  });

  it("ends a call when its signal aborts, before and while it runs", async () => {
    const client = new FaceClient(endpoint, credential);
    await expect(
      client.detect(new Uint8Array(1), { abortSignal: AbortSignal.abort() }),
    ).rejects.toThrow(expect.objectContaining({ name: "AbortError" }) as Error);
    expect(received).toHaveLength(0);

    const controller = new AbortController();
    server.removeAllListeners("request");
    server.on("request", () => controller.abort());
    await expect(
      client.detect(new Uint8Array(1), { abortSignal: controller.signal }),
    ).rejects.toThrow(expect.objectContaining({ name: "AbortError" }) as Error);
  });

  it("ends the reading of a stream when its signal aborts, and lets the stream know", async () => {
    const client = new FaceClient(endpoint, credential);
    const aborted = expect.objectContaining({ name: "AbortError" }) as Error;
    let told = 0;
    const silent = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        pull: () => new Promise(() => undefined),
        cancel: () => {
          told += 1;
        },
      });
    const node = new Readable({ read: () => undefined });
    const soon = (): { abortSignal: AbortSignal } => ({ abortSignal: AbortSignal.timeout(20) });
    await expect(client.detect(silent(), soon())).rejects.toThrow(aborted);
    await expect(client.detectFromUrl(silent(), soon())).rejects.toThrow(aborted);
    await expect(client.detect(node, soon())).rejects.toThrow(aborted);
    const before = { abortSignal: AbortSignal.abort() };
    await expect(client.detect(silent(), before)).rejects.toThrow(aborted);
    expect(told).toBe(3);
    await expect.poll(() => node.destroyed).toBe(true);
    const blob = { arrayBuffer: () => new Promise(() => undefined) } as Blob;
    await expect(client.detect(blob, soon())).rejects.toThrow(aborted);
    await client.close();
    await expect(client.detect(silent())).rejects.toThrow(/closed/);
    expect(received).toHaveLength(0);
  });

  it("gives up an attempt that is not answered in time, also when the answer stops in its middle", async () => {
    const client = new FaceClient(endpoint, credential);
    const late = expect.objectContaining({
      name: "AbortError",
      message: "the call timed out after 50 milliseconds",
    }) as Error;
    for (const begin of [false, true]) {
      server.removeAllListeners("request");
      server.on("request", (_request, response) => {
        if (begin) response.writeHead(200, { "content-length": "9" }).write("[");
      });
      await expect(client.detect(new Uint8Array(1), { timeout: 50 })).rejects.toThrow(late);
      await expect(
        client.detect(new Uint8Array(1), { timeout: 5000, abortSignal: AbortSignal.timeout(50) }),
      ).rejects.toThrow(expect.objectContaining({ name: "AbortError" }) as Error);
    }
  });

  it("hears the caller's signal in the second attempt too", async () => {
    const controller = new AbortController();
    let attempts = 0;
    server.removeAllListeners("request");
    server.on("request", (_request, response) => {
      if (++attempts === 1) response.writeHead(503, { "retry-after": "0" }).end();
      else controller.abort();
    });
    const client = new FaceClient(endpoint, credential);
    await expect(
      client.detect(new Uint8Array(1), { timeout: 20_000, abortSignal: controller.signal }),
    ).rejects.toThrow(
      expect.objectContaining({
        name: "AbortError",
        message: expect.not.stringContaining("within"),
      }) as Error,
    );
    expect(attempts).toBe(2);
  });

  it.each([Infinity, 2 ** 31])("takes %d milliseconds for no limit", async (timeout) => {
    server.removeAllListeners("request");
    // Taken for a limit, it would be one millisecond, the attempt's as well as the transport's.
    server.on("request", (_request, response) => setTimeout(() => response.end("[]"), 50));
    const client = new FaceClient(endpoint, credential);
    expect(await client.detect(new Uint8Array(1), { timeout })).toEqual([]);
  });

  it("shows the answer as it came", async () => {
    plan = [{ headers: { "x-a": "b" }, body: [] }];
    const seen: (string | undefined)[] = [];
    await new FaceClient(endpoint, credential).detect(new Uint8Array(1), {
      onResponse: (response) => seen.push(response.headers.get("x-a"), response.bodyAsText ?? ""),
    });
    expect(seen).toEqual(["b", "[]"]);
  });
});

describe("sendRequest", () => {
  it("resolves a relative address below the version and does not judge the answer", async () => {
    plan = [{ status: 418, body: { a: 1 } }];
    const response = await new FaceClient(endpoint, credential).sendRequest(
      createPipelineRequest({ url: "/facelists?top=1", method: "GET" }),
    );
    expect(received[0]!.url).toBe("/face/v1.1-preview.1/facelists?top=1");
    expect(response.status).toBe(418);
    expect(response.bodyAsText).toBe('{"a":1}');
  });

  it("leaves the request as it was: another client sends it to its own address with its own key", async () => {
    const request = createPipelineRequest({ url: "x", headers: createHttpHeaders({ "X-A": "b" }) });
    await new FaceClient(endpoint, credential).sendRequest(request);
    await new FaceClient(`${endpoint}/other`, new AzureKeyCredential("c")).sendRequest(request);
    expect(received.map(({ url }) => url)).toEqual([
      "/face/v1.1-preview.1/x",
      "/other/face/v1.1-preview.1/x",
    ]);
    expect(received.map(({ headers }) => headers["x-a"])).toEqual(["b", "b"]);
    expect(request.headers.toJSON()).toEqual({ "x-a": "b" });
  });

  it("sends with the agent, the TLS settings and the tracing of the request", async () => {
    class CountingAgent extends Agent {
      connections = 0;
      override createConnection(...parameters: Parameters<Agent["createConnection"]>) {
        this.connections += 1;
        return super.createConnection(...parameters);
      }
    }
    const agent = new CountingAgent();
    const tlsSettings = { ca: "an authority" };
    const tracingOptions = {};
    let carried: PipelineRequest | undefined;
    const client = new FaceClient(endpoint, credential);
    client.pipeline.addPolicy({
      name: "carried",
      sendRequest: (request, next) => next((carried = request)),
    });
    const request = createPipelineRequest({ url: "x" });
    await client.sendRequest(Object.assign(request, { agent, tlsSettings, tracingOptions }));
    expect(agent.connections).toBe(1);
    expect(carried!.tlsSettings).toBe(tlsSettings);
    expect(carried!.tracingOptions).toBe(tracingOptions);
  });

  it("leaves the body a stream when asked", async () => {
    plan = [{ body: { a: 1 } }];
    const response = await new FaceClient(endpoint, credential).sendRequest(
      createPipelineRequest({ url: "x" }),
      { stream: true },
    );
    const chunks: Buffer[] = [];
    for await (const chunk of response.readableStreamBody!) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).toString()).toBe('{"a":1}');
    expect(response.bodyAsText).toBeUndefined();
  });
});

describe("close", () => {
  it("closes the transport once and refuses later calls", async () => {
    let closings = 0;
    const client = new FaceClient(endpoint, credential, {
      httpClient: {
        sendRequest: () => Promise.reject(new Error("unreachable")),
        close: () => {
          closings += 1;
          return Promise.resolve();
        },
      },
    });
    await client.close();
    await client.close();
    expect(closings).toBe(1);
    await expect(client.group({ faceIds: ["a", "b"] })).rejects.toThrow(/closed/);
  });

  it("waits for the calls that have begun, and every close for the transport", async () => {
    const events: string[] = [];
    const httpClient: ClosableHttpClient = {
      sendRequest: async (request) => {
        events.push("sent");
        for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
        events.push("answered");
        return { request, status: 200, headers: createHttpHeaders(), bodyAsText: "{}" };
      },
      close: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        events.push("closed");
      },
    };
    const client = new FaceClient(endpoint, credential, { httpClient });
    const calls = [
      client.detect(new Uint8Array(1)),
      client.group(Buffer.from("{}")),
      client.sendRequest(createPipelineRequest({ url: "x" })),
    ];
    void client.close();
    await expect(client.detect(new Uint8Array(1))).rejects.toThrow("the client is closed");
    await client.close();
    expect(events).toEqual([
      ...Array<string>(3).fill("sent"),
      ...Array<string>(3).fill("answered"),
      "closed",
    ]);
    await Promise.all(calls);
  });

  it("holds up no call that has begun where there is nothing to close", async () => {
    const client = new FaceClient(endpoint, credential);
    const call = client.detect(new Uint8Array(1));
    await client.close();
    expect(await call).toEqual([]);
  });
});
