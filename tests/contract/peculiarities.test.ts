/** How real clients call, byte by byte: what the SDKs of other languages and old scripts send. */
import { request, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { landmarkNames } from "@mien/contract/names";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { key, photograph, startTestServer, type TestServer } from "./server.js";

let server: TestServer;
let strict: TestServer;
let ids: string[];
beforeAll(async () => {
  server = await startTestServer();
  strict = await startTestServer({ strict: true });
  ids = (
    await server.client.detect(photograph(1), {
      detectionModel: "detection_03",
      recognitionModel: "recognition_04",
      returnFaceId: true,
    })
  ).map(({ faceId }) => faceId!);
});
afterAll(() => Promise.all([server.close(), strict.close()]));

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Several parts are sent as chunks, without a length. */
  readonly body?: Uint8Array | string | readonly (Uint8Array | string)[];
  readonly endpoint?: string;
}

const octets = { "content-type": "application/octet-stream" };
const json = { "content-type": "application/json" };

function send(path: string, sent: Sent = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${sent.endpoint ?? server.endpoint}${path}`,
      {
        method: sent.method ?? "POST",
        headers: { "ocp-apim-subscription-key": key, ...sent.headers },
      },
      (response) => {
        text(response).then(
          (body) =>
            resolve({ status: response.statusCode!, headers: response.headers, text: body }),
          reject,
        );
      },
    );
    call.on("error", reject);
    const { body } = sent;
    if (Array.isArray(body)) for (const part of body as (Uint8Array | string)[]) call.write(part);
    call.end(Array.isArray(body) ? undefined : body);
  });
}

const detect = (query = "", headers: Record<string, string> = {}, version = "v1.1-preview.1") =>
  send(`/face/${version}/detect?returnFaceId=false${query}`, {
    headers: { ...octets, ...headers },
    body: photograph(1),
  });

describe("paths", () => {
  it.each([
    "/face/v1.0/detect?returnFaceId=false",
    "//face/v1.1-preview.1/detect?returnFaceId=false",
    "///face//v1.2///detect/?returnFaceId=false",
    "/Face/V1.0/Detect?returnFaceId=false",
    "/FACE/V1.2-Preview.1/DETECT?returnFaceId=false",
    "/face/v1.0-preview/detect?returnFaceId=false",
    "/face/v1.2-preview.1/detect?returnFaceId=false",
  ])("%s", async (path) => {
    const answer = await send(path, { headers: octets, body: photograph(1) });
    expect(answer.status).toBe(200);
    expect(answer.headers["warning"]).toBeUndefined();
  });

  it.each(["v1.3-preview.1", "v1.10", "v2.0", "v9.9-preview"])(
    "%s, newer than is known, is served with a warning, and refused where strictness is asked for",
    async (version) => {
      const answer = await detect("", {}, version);
      expect(answer.status).toBe(200);
      expect(answer.headers["warning"]).toBe(
        `299 - "${version} is unknown and was served as v1.2"`,
      );
      const wrong = await detect("&detectionModel=detection_05", {}, version);
      expect(wrong.status).toBe(400);
      expect(wrong.headers["warning"]).toBe(answer.headers["warning"]);
      const refused = await send(`/face/${version}/detect`, { endpoint: strict.endpoint });
      expect(refused.status).toBe(404);
      expect(refused.text).toContain('"UnsupportedApiVersion"');
    },
  );

  it.each(["v0.9", "v1.1", "v1", "1.2", "latest", "v1.3;x", "v99999.1", "constructor", "toString"])(
    "%s, which never was, is not found",
    async (version) => {
      expect((await send(`/face/${version}/verify`, { headers: json })).status).toBe(404);
    },
  );

  it("a newer version has the newest matrix: blur with detection_03", async () => {
    const query = "&detectionModel=detection_03&returnFaceAttributes=blur";
    expect((await detect(query, {}, "v1.3")).status).toBe(200);
    expect((await detect(query, {}, "v1.1-preview.1")).status).toBe(400);
  });
});

describe("bodies", () => {
  it("in chunks, without a length: pictures and JSON", async () => {
    const picture = photograph(1);
    const chunks = [picture.subarray(0, 1), picture.subarray(1, 70_000), picture.subarray(70_000)];
    const whole = await detect();
    const parts = await send("/face/v1.1-preview.1/detect?returnFaceId=false", {
      headers: octets,
      body: chunks,
    });
    expect(parts.text).toBe(whole.text);
    const body = JSON.stringify({ faceId1: ids[0], faceId2: ids[0] });
    const verified = await send("/face/v1.0/verify", {
      headers: json,
      body: [body.slice(0, 5), body.slice(5)],
    });
    expect(verified.text).toBe('{"isIdentical":true,"confidence":1.0}');
  });

  it("after Expect: 100-continue", async () => {
    const picture = photograph(1);
    const answer = await new Promise<Answer>((resolve, reject) => {
      let continued = false;
      const call = request(
        `${server.endpoint}/face/v1.0/detect?returnFaceId=false`,
        {
          method: "POST",
          headers: {
            ...octets,
            "ocp-apim-subscription-key": key,
            "content-length": String(picture.length),
            expect: "100-continue",
          },
        },
        (response) => {
          expect(continued).toBe(true);
          text(response).then(
            (body) =>
              resolve({ status: response.statusCode!, headers: response.headers, text: body }),
            reject,
          );
        },
      );
      call.on("continue", () => {
        continued = true;
        call.end(picture);
      });
      call.on("error", reject);
      call.flushHeaders();
    });
    expect(answer.status).toBe(200);
  });

  it.each([
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    "Application/JSON ; charset=utf-8",
  ])("%s", async (type) => {
    const answer = await send("/face/v1.0/verify", {
      headers: { "content-type": type },
      body: JSON.stringify({ faceId1: ids[0], faceId2: ids[0] }),
    });
    expect(answer.status).toBe(200);
  });

  it.each([
    "text/json",
    "application/jsonp",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "*/*",
    "",
  ])("of type %s are refused", async (type) => {
    const answer = await send("/face/v1.0/verify", {
      headers: { "content-type": type },
      body: "{}",
    });
    expect(answer.status).toBe(415);
    expect(answer.text).toBe('{"error":{"code":"BadArgument","message":"Invalid Media Type."}}');
  });

  it.each(["gzip", "deflate", "br", "gzip, identity"])(
    "that are compressed are refused as that: %s",
    async (coding) => {
      for (const [path, type] of [
        ["verify", "application/json"],
        ["detect", "application/octet-stream"],
      ] as const) {
        const headers = { "content-type": type, "content-encoding": coding };
        const answer = await send(`/face/v1.0/${path}`, { headers, body: gzipSync("{}") });
        expect(answer.status).toBe(415);
        expect(answer.text).toContain("Invalid Media Type.");
      }
      const headers = { ...json, "content-encoding": "Identity" };
      const answer = await send("/face/v1.0/verify", { headers, body: "{}" });
      expect(answer.text).toContain("Request body is invalid.");
    },
  );

  it("pictures are taken by detect alone", async () => {
    expect((await send("/face/v1.0/group", { headers: octets, body: "{}" })).status).toBe(415);
  });

  it("null equals absence, unknown members and the case of words and faceIds do not matter", async () => {
    const answer = await send("/face/v1.0/findsimilars", {
      headers: json,
      body: JSON.stringify({
        faceId: ids[0]!.toUpperCase(),
        faceListId: null,
        largeFaceListId: null,
        faceIds: ids.map((id) => id.toUpperCase()),
        maxNumOfCandidatesReturned: null,
        mode: "MatchFace",
        somethingElse: { deep: [] },
      }),
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toHaveLength(ids.length);
    expect(answer.text).toMatch(/^\[\{"faceId":"[0-9a-f-]{36}","confidence":1\.0\},/);
  });

  it("__proto__ and its like are unknown members and nothing more", async () => {
    const body = `{"__proto__":{"faceId1":"${ids[0]}","faceId2":"${ids[0]}"}}`;
    const answer = await send("/face/v1.0/verify", { headers: json, body });
    expect(answer.text).toContain("Request body is invalid.");
    const inherited = await send("/face/v1.0/verify", {
      headers: json,
      body: `{"faceId1":"${ids[0]}","faceId2":"${ids[0]}","constructor":null,"__proto__":null}`,
    });
    expect(inherited.status).toBe(200);
  });

  it.each([
    ["not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ["UTF-16", Buffer.from('{"faceId1":1}', "utf16le")],
    ["cut short", '{"faceId1":'],
    ["two values", "{}{}"],
    ["NaN", '{"faceId1":NaN}'],
    ["nested without end", "[".repeat(100_000)],
  ])("%s is no JSON", async (_name, body) => {
    const answer = await send("/face/v1.0/verify", { headers: json, body });
    expect([answer.status, answer.text]).toEqual([
      400,
      '{"error":{"code":"BadArgument","message":"JSON parsing error."}}',
    ]);
  });

  it("with a byte order mark are read", async () => {
    const answer = await send("/face/v1.0/verify", {
      headers: json,
      body: `\ufeff${JSON.stringify({ faceId1: ids[0], faceId2: ids[0] })}`,
    });
    expect(answer.status).toBe(200);
  });
});

describe("queries", () => {
  it.each([
    ["names in any case, separated by %2C", "&returnFaceAttributes=HeadPose%2CBLUR"],
    ["an empty list of attributes", "&returnFaceAttributes="],
    ["booleans of Python", "&returnFaceLandmarks=True&returnRecognitionModel=False"],
    ["models in any case", "&detectionModel=Detection_03&recognitionModel=RECOGNITION_04"],
    ["unknown parameters", "&api-version=2024-01-01&_=1"],
    [
      "in the order of the old clients",
      "&recognitionModel=recognition_01&detectionModel=detection_01&faceIdTimeToLive=86400",
    ],
    ["a stray percent sign", "&x=%zz%"],
  ])("%s", async (_name, query) => {
    expect((await detect(query)).status).toBe(200);
  });
});

describe("limits", () => {
  it("a blank after a comma makes an attribute that nobody knows", async () => {
    for (const blank of ["%20", "+"]) {
      const answer = await detect(`&returnFaceAttributes=headPose,${blank}blur`);
      expect([answer.status, answer.text]).toEqual([
        400,
        '{"error":{"code":"BadArgument","message":"Invalid argument returnFaceAttributes."}}',
      ]);
    }
  });

  it("a picture of exactly 1 KB and one of exactly 6 MB are looked at, and a byte beyond is not", async () => {
    const { default: sharp } = await import("sharp");
    const plain = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#777" } })
      .jpeg()
      .toBuffer();
    // What follows the end of a JPEG is none of a decoder's business.
    const ofLength = (picture: Buffer, length: number): Buffer =>
      Buffer.concat([picture, Buffer.alloc(length - picture.length)]);
    const codeOf = async (picture: Buffer): Promise<string> => {
      const answer = await send("/face/v1.0/detect?returnFaceId=false", {
        headers: octets,
        body: picture,
      });
      return answer.status === 200 ? "looked at" : /"code":"(\w+)"/.exec(answer.text)![1]!;
    };
    expect(plain.length).toBeLessThan(1023);
    expect(await codeOf(ofLength(plain, 1023))).toBe("InvalidImageSize");
    expect(await codeOf(ofLength(plain, 1024))).toBe("looked at");
    expect(await codeOf(ofLength(photograph(1), 6 * 1024 * 1024))).toBe("looked at");
    expect(await codeOf(ofLength(photograph(1), 6 * 1024 * 1024 + 1))).toBe("InvalidImageSize");
  });

  it("of more than a hundred faces the largest hundred are answered, the largest first", async () => {
    const { default: sharp } = await import("sharp");
    const people = await Promise.all(
      [1, 3, 4].map(async (number) => {
        const [face] = await server.client.detect(photograph(number), { returnFaceId: false });
        const { left, top, width, height } = face!.faceRectangle;
        return sharp(photograph(number)).extract({ left, top, width, height }).toBuffer();
      }),
    );
    const cell = 120;
    const tiles = await Promise.all(
      Array.from({ length: 16 * 9 }, async (_, at) => ({
        input: await sharp(people[at % people.length])
          .resize(50 + 4 * (at % 16))
          .toBuffer(),
        left: (at % 16) * cell + 15,
        top: Math.floor(at / 16) * cell + 15,
      })),
    );
    const size = { width: 16 * cell, height: 9 * cell, channels: 3, background: "#888" } as const;
    const crowd = await sharp({ create: size }).composite(tiles).jpeg({ quality: 92 }).toBuffer();
    const faces = await server.client.detect(crowd, { returnFaceId: false });
    expect(faces).toHaveLength(100);
    const areas = faces.map(({ faceRectangle: { width, height } }) => width * height);
    expect(areas).toEqual([...areas].sort((a, b) => b - a));
    // The small ones are those that are left out.
    expect(areas.at(-1)).toBeGreaterThan(50 * 50);
  });

  it.each([
    ["59", 400],
    ["60", 200],
    ["86400", 200],
    ["86401", 400],
  ])("faceIdTimeToLive=%s: %i, with a faceId or without", async (seconds, status) => {
    expect((await detect(`&faceIdTimeToLive=${seconds}`)).status).toBe(status);
  });
});

describe("headers", () => {
  it.each<[string, Record<string, string>]>([
    ["Accept: */*", { accept: "*/*" }],
    ["Accept of something else", { accept: "text/html" }],
    ["Accept-Encoding", { "accept-encoding": "gzip,deflate,br" }],
    ["a limited access token", { limitedaccesstoken: "Bearer a.b.c" }],
    ["an old SDK's name", { "x-bingapis-sdk-client": "Python-SDK" }],
    [
      "a date and a request id",
      { date: "Mon, 01 Jan 2024 00:00:00 GMT", "x-ms-client-request-id": "1" },
    ],
    ["a trace", { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }],
  ])("%s", async (_name, headers) => {
    const answer = await detect("", headers);
    expect(answer.status).toBe(200);
    expect(answer.headers["content-encoding"]).toBeUndefined();
    expect(answer.headers["x-ms-client-request-id"]).toBeUndefined();
  });

  it("the key may be a query parameter", async () => {
    const answer = await send(`/face/v1.0/verify?subscription-key=${key}`, {
      headers: { ...json, "ocp-apim-subscription-key": "" },
      body: "{}",
    });
    // An empty header is a wrong key, an absent one leaves it to the query.
    expect(answer.status).toBe(401);
    const response = await fetch(`${server.endpoint}/face/v1.0/verify?subscription-key=${key}`, {
      method: "POST",
      headers: json,
      body: "{}",
    });
    expect(response.status).toBe(400);
  });

  it("of an answer are those of the service", async () => {
    const { headers, text: body } = await detect();
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(headers["content-length"]).toBe(String(Buffer.byteLength(body)));
    expect(headers["apim-request-id"]).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(headers["csp-billing-usage"]).toBe("CognitiveServices.Face.Transaction=1");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["strict-transport-security"]).toContain("max-age=31536000");
    expect(headers["x-envoy-upstream-service-time"]).toMatch(/^\d+$/);
  });

  it("ask no browser to keep to https for all that serves localhost", async () => {
    const { port } = new URL(server.endpoint);
    const response = await fetch(`http://localhost:${port}/`, { method: "POST" });
    expect(response.headers.get("strict-transport-security")).toBeNull();
  });
});

describe("the text of answers", () => {
  it("has members in the service's order and numbers in its form", async () => {
    const { text: body } = await detect(
      "&returnFaceLandmarks=true&returnRecognitionModel=true&recognitionModel=recognition_04&returnFaceAttributes=qualityForRecognition,occlusion,noise,exposure,blur,glasses,headPose,accessories",
    );
    expect(body).not.toMatch(/\s/);
    const [face] = JSON.parse(body) as Record<string, Record<string, unknown>>[];
    // Without a faceId there is no recognition model to tell.
    expect(Object.keys(face!)).toEqual(["faceRectangle", "faceLandmarks", "faceAttributes"]);
    expect(Object.keys(face!["faceRectangle"]!)).toEqual(["top", "left", "width", "height"]);
    expect(Object.keys(face!["faceLandmarks"]!)).toEqual([...landmarkNames]);
    expect(Object.keys(face!["faceAttributes"]!)).toEqual([
      "headPose",
      "glasses",
      "blur",
      "exposure",
      "noise",
      "accessories",
      "occlusion",
      "qualityForRecognition",
    ]);
    const numbers = (pattern: RegExp) => [...body.matchAll(pattern)].map(([, number]) => number!);
    for (const whole of numbers(/"(?:top|left|width|height)":([^,}]+)/g))
      expect(whole).toMatch(/^\d+$/);
    const points = numbers(/"[xy]":([^,}]+)/g);
    expect(points.length % 54).toBe(0);
    for (const number of [...points, ...numbers(/"(?:pitch|roll|yaw)":([^,}]+)/g)])
      expect(number).toMatch(/^-?\d+\.\d$/);
    for (const number of numbers(/"value":([^,}]+)/g)) expect(number).toMatch(/^[01]\.\d{1,2}$/);
  });

  it("has the recognition model last, and only beside a faceId", async () => {
    const answer = await send(
      "/face/v1.0/detect?returnRecognitionModel=true&recognitionModel=Recognition_04",
      { headers: octets, body: photograph(1) },
    );
    const [face] = JSON.parse(answer.text) as object[];
    expect(Object.keys(face!)).toEqual(["faceId", "faceRectangle", "recognitionModel"]);
    expect(answer.text).toMatch(/"recognitionModel":"recognition_04"\}/);
  });

  it("keeps at most five decimals of a confidence", async () => {
    const { text: body } = await send("/face/v1.0/findsimilars", {
      headers: json,
      body: JSON.stringify({ faceId: ids[0], faceIds: ids, mode: "matchFace" }),
    });
    for (const [, number] of body.matchAll(/"confidence":([^,}]+)/g))
      expect(number).toMatch(/^[01]\.\d{1,5}$/);
  });

  it("always has messyGroup, empty when nobody is left over", async () => {
    const again = await send(
      "/face/v1.0/detect?detectionModel=detection_03&recognitionModel=recognition_04",
      {
        headers: octets,
        body: photograph(1),
      },
    );
    const others = (JSON.parse(again.text) as { faceId: string }[]).map(({ faceId }) => faceId);
    const answer = await send("/face/v1.0/group", {
      headers: json,
      body: JSON.stringify({ faceIds: [...ids, ...others] }),
    });
    expect(answer.text).toMatch(/^\{"groups":\[\[.*\]\],"messyGroup":\[\]\}$/);
  });

  it("is [] for a picture without a face", async () => {
    const { default: sharp } = await import("sharp");
    const picture = await sharp({
      create: { width: 400, height: 300, channels: 3, background: "#777" },
    })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const answer = await send("/face/v1.0/detect", { headers: octets, body: picture });
    expect([answer.status, answer.text]).toEqual([200, "[]"]);
  });
});

describe("the order of checks", () => {
  /** Each is wrong in what it names and in all that follows; the first must speak. */
  const nonsense = "?detectionModel=x";
  it("is credentials, path, method, version, type, query, body", async () => {
    const wrong = { "ocp-apim-subscription-key": "wrong", "content-type": "image/jpeg" };
    const statusOf = async (path: string, sent: Sent) => (await send(path, sent)).status;
    expect(await statusOf(`/face/v0/nothing${nonsense}`, { headers: wrong, method: "GET" })).toBe(
      401,
    );
    const typed = { "content-type": "image/jpeg" };
    expect(await statusOf(`/face/v0/nothing${nonsense}`, { headers: typed, method: "GET" })).toBe(
      404,
    );
    expect(await statusOf(`/face/v0/detect${nonsense}`, { headers: typed, method: "GET" })).toBe(
      405,
    );
    expect(await statusOf(`/face/v0/detect${nonsense}`, { headers: typed })).toBe(404);
    expect(await statusOf(`/face/v1.0/detect${nonsense}`, { headers: typed })).toBe(415);
    const tooBig = { headers: { ...octets, "content-length": "9999999" } };
    expect((await early(`/face/v1.0/detect${nonsense}`, tooBig.headers)).slice(0, 12)).toBe(
      "HTTP/1.1 400",
    );
    expect(await early(`/face/v1.0/detect${nonsense}`, tooBig.headers)).toContain(
      "'detectionModel' is invalid.",
    );
    expect(await early("/face/v1.0/detect", tooBig.headers)).toContain("Image size is too big.");
  });

  /** What is answered before a byte of the body was sent. */
  function early(path: string, headers: Record<string, string>): Promise<string> {
    const { hostname, port } = new URL(server.endpoint);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        const lines = Object.entries({
          host: "mien",
          "ocp-apim-subscription-key": key,
          ...headers,
        }).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
      });
      socket.once("data", (chunk) => {
        resolve(chunk.toString());
        socket.destroy();
      });
      socket.on("error", reject);
    });
  }
});
