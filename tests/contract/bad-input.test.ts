/** What is wrong gets the contract's short answer, and the next request works. */
import * as zlib from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { key, photograph, startTestServer, type TestServer } from "./server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(async () => {
  const faces = await server.client.detect(photograph(1), { returnFaceId: false });
  expect(faces.length).toBeGreaterThan(0);
});

const octets = "application/octet-stream";
const json = "application/json; charset=utf-8";

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

async function post(
  path: string,
  body: Uint8Array | string,
  headers: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(`${server.endpoint}/face/v1.1-preview.1/${path}`, {
    method: "POST",
    body: body as BodyInit,
    headers: { "Ocp-Apim-Subscription-Key": key, ...headers },
  });
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(response.headers.get("x-ms-error-code")).toBe(error.code);
  return { status: response.status, ...error };
}

const detect = (body: Uint8Array | string, query = "", type = octets) =>
  post(`detect${query}`, body, { "Content-Type": type });

/** A PNG whose header promises 40,000 x 40,000 pixels. */
function pngBomb(): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(zlib.crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(40_000, 0);
  header.writeUInt32BE(40_000, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", zlib.deflateSync(Buffer.alloc(2_000_000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

describe("pictures", () => {
  it.each([
    ["no picture", Buffer.alloc(5000, "text "), 400, "InvalidImage"],
    ["a truncated JPEG", photograph(1).subarray(0, 40_000), 400, "InvalidImage"],
    ["nothing", Buffer.alloc(0), 400, "InvalidImageSize"],
    ["less than 1 KB", photograph(1).subarray(0, 1000), 400, "InvalidImageSize"],
    ["more than 6 MB", Buffer.alloc(6 * 1024 * 1024 + 1, 1), 400, "InvalidImageSize"],
    ["far more than 6 MB", Buffer.alloc(8 * 1024 * 1024, 1), 400, "InvalidImageSize"],
    ["a PNG bomb", pngBomb(), 400, "InvalidImageSize"],
    [
      "a vector drawing",
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${" ".repeat(2000)}</svg>`),
      400,
      "InvalidImage",
    ],
  ])("%s", async (_name, body, status, code) => {
    expect(await detect(body)).toMatchObject({ status, code });
  });

  it("of a wrong content type", async () => {
    expect(await detect(photograph(1), "", "image/jpeg")).toEqual({
      status: 415,
      code: "BadArgument",
      message: "Invalid Media Type.",
    });
  });
});

describe("parameters", () => {
  it.each([
    ["?detectionModel=detection_04", "'detectionModel' is invalid."],
    ["?recognitionModel=x", "'recognitionModel' is invalid."],
    ["?returnFaceId=maybe", "'returnFaceId' is invalid."],
    ["?returnFaceAttributes=halo", "Invalid argument returnFaceAttributes."],
    [
      "?detectionModel=detection_02&returnFaceAttributes=blur",
      "'returnFaceAttributes' is not supported by detection_02.",
    ],
    [
      "?detectionModel=detection_02&returnFaceLandmarks=true",
      "'returnLandmarks' is not supported by detection_02.",
    ],
    [
      "?detectionModel=detection_03&returnFaceAttributes=blur",
      "Only face attributes 'headpose,mask,qualityforrecognition' are supported by detection_03.",
    ],
  ])("%s", async (query, message) => {
    expect(await detect(photograph(1), query)).toEqual({
      status: 400,
      code: "BadArgument",
      message,
    });
  });

  it.each(["59", "86401", "1.5", "soon"])("faceIdTimeToLive=%s", async (seconds) => {
    expect(await detect(photograph(1), `?faceIdTimeToLive=${seconds}`)).toMatchObject({
      status: 400,
      code: "BadArgument",
    });
  });

  it("a retired attribute", async () => {
    expect(await detect(photograph(1), "?returnFaceAttributes=age")).toMatchObject({
      status: 403,
      code: "UnsupportedFeature",
    });
  });

  it("in the spellings of old clients are understood", async () => {
    const response = await fetch(
      `${server.endpoint}//face/v1.0/detect?returnFaceId=False&returnFaceLandmarks=True&returnFaceAttributes=HeadPose%2CBlur`,
      {
        method: "POST",
        body: photograph(1) as BodyInit,
        headers: { "ocp-apim-subscription-key": key, "content-type": octets },
      },
    );
    expect(response.status).toBe(200);
    const [face] = (await response.json()) as Record<string, object>[];
    expect(Object.keys(face!)).toEqual(["faceRectangle", "faceLandmarks", "faceAttributes"]);
    expect(Object.keys(face!["faceAttributes"]!)).toEqual(["headPose", "blur"]);
  });
});

describe("bodies", () => {
  const unknown = "c5c24a82-6845-4031-9d5d-978df9175426";
  it.each([
    ["verify", "{", 400, "BadArgument", "JSON parsing error."],
    ["verify", "[]", 400, "BadArgument", "Request body is invalid."],
    ["verify", "{}", 400, "BadArgument", "Request body is invalid."],
    ["verify", '{"faceId1":"x","faceId2":"y"}', 400, "BadArgument", "Face ID is invalid."],
    [
      "verify",
      JSON.stringify({ faceId1: unknown, faceId2: unknown }),
      404,
      "FaceNotFound",
      "Face is not found.",
    ],
    [
      "findsimilars",
      JSON.stringify({ faceId: unknown, faceIds: [unknown] }),
      400,
      "FaceNotFound",
      "Face is not found.",
    ],
    [
      "findsimilars",
      JSON.stringify({ faceId: unknown, faceIds: null }),
      400,
      "BadArgument",
      "LargeFaceListId, faceListId and faceIds are all null.",
    ],
    [
      "findsimilars",
      JSON.stringify({ faceId: unknown, faceIds: [] }),
      400,
      "BadArgument",
      "The length of faceIds is not in a valid range.",
    ],
    [
      "findsimilars",
      JSON.stringify({ faceId: unknown, faceIds: [unknown], mode: "any" }),
      400,
      "BadArgument",
      "Mode is invalid.",
    ],
    [
      "group",
      JSON.stringify({ faceIds: [unknown] }),
      400,
      "BadArgument",
      "The length of faceIds is not in a valid range.",
    ],
    [
      "group",
      JSON.stringify({ faceIds: [unknown, unknown] }),
      400,
      "FaceNotFound",
      "Face is not found.",
    ],
    [
      "detect",
      JSON.stringify({ url: "ftp://example.org/a.jpg" }),
      400,
      "InvalidURL",
      "Invalid image URL.",
    ],
    [
      "detect",
      JSON.stringify({ url: "http://127.0.0.1/a.jpg" }),
      400,
      "InvalidURL",
      "Invalid image URL.",
    ],
    [
      "detect",
      JSON.stringify({ url: "http://[::ffff:169.254.169.254]/" }),
      400,
      "InvalidURL",
      "Invalid image URL.",
    ],
    ["detect", JSON.stringify({ url: "http://0x7f.1/" }), 400, "InvalidURL", "Invalid image URL."],
  ])("%s %s", async (operation, body, status, code, message) => {
    expect(await post(operation, body, { "Content-Type": json })).toEqual({
      status,
      code,
      message,
    });
  });
});

describe("credentials and routes", () => {
  it.each([{ headers: {} }, { headers: { "Ocp-Apim-Subscription-Key": "wrong" } }])(
    "$headers",
    async ({ headers }) => {
      const response = await fetch(`${server.endpoint}/face/v1.0/detect`, {
        method: "POST",
        body: photograph(1) as BodyInit,
        headers: { "content-type": octets, ...headers } as Record<string, string>,
      });
      expect(response.status).toBe(401);
      const { error } = (await response.json()) as { error: { code: string } };
      expect(error.code).toBe("401");
    },
  );

  it("an unknown route and a wrong method answer JSON", async () => {
    const headers = { "Ocp-Apim-Subscription-Key": key };
    const missing = await fetch(`${server.endpoint}/face/v1.0/nothing`, {
      method: "POST",
      headers,
    });
    expect(missing.status).toBe(404);
    expect(await missing.json()).toHaveProperty("error.code");
    const wrong = await fetch(`${server.endpoint}/face/v1.0/detect`, { headers });
    expect(wrong.status).toBe(405);
    expect(await wrong.json()).toHaveProperty("error.code");
  });

  it("a bearer token that is a key, and a newer version with a warning, are served", async () => {
    const response = await fetch(
      `${server.endpoint}/face/v1.3-preview.1/detect?returnFaceId=false`,
      {
        method: "POST",
        body: photograph(2) as BodyInit,
        headers: { authorization: `Bearer ${key}`, "content-type": octets },
      },
    );
    expect(response.status).toBe(200);
    expect(response.headers.get("warning")).toContain("v1.2");
  });
});
