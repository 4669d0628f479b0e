/** What the running product tells of its work: metrics, logs, traces, timings; and what it must never tell. */
import { readFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { metricRows } from "@mien/server/observability/metrics";
import { readableLine } from "@mien/server/observability/log-destination";
import { operationOf } from "@mien/server/observability/observation";
import { readSettings } from "@mien/server/settings";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photographs, startServer, type RunningServer } from "../cli/running-server.js";

/** Everything below that nobody may find again in what the server writes, serves or sends. */
const secrets = {
  key: "a-key-of-this-test-4711",
  wrongKey: "a-wrong-key-0815",
  bearer: "a-bearer-token-4712",
  queryKey: "a-key-in-the-query-4713",
  urlQuery: "sig-of-a-picture-url-4714",
  badJson: "a-body-that-is-no-json-4715",
  userAgent: "a-users-program-4716",
};
const photograph = readFileSync(photographs[2]!);

let server: RunningServer;
let pictures: Server;
let collector: Server;
/** Bodies that came to the collector of traces. */
const exported: string[] = [];
/** What /metrics said last. */
let served = "";
const requestIds: string[] = [];
const faceIds: string[] = [];

interface ExportedTraces {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly name: string;
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly startTimeUnixNano: string;
        readonly endTimeUnixNano: string;
      }[];
    }[];
  }[];
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );
}

async function call(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(`${server.endpoint}/face/v1.1-preview.1/${path}`, {
    method: "POST",
    ...init,
    headers: { "user-agent": secrets.userAgent, ...(init.headers as Record<string, string>) },
  });
  requestIds.push(response.headers.get("apim-request-id")!);
  return response;
}

const traceId = "0af7651916cd43dd8448eb211c80319c";
const keyHeader = { "ocp-apim-subscription-key": secrets.key };
const binary = { "content-type": "application/octet-stream" };
const json = { "content-type": "application/json" };
const models = "detectionModel=detection_03&recognitionModel=recognition_04";

beforeAll(async () => {
  pictures = createServer((_request, response) => response.end(photograph));
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      exported.push(`${request.url} ${Buffer.concat(chunks).toString("utf8")}`);
      response.setHeader("content-type", "application/json").end("{}");
    });
  });
  const [picturePort, collectorPort] = await Promise.all([
    listening(pictures),
    listening(collector),
  ]);
  server = await startServer({
    MIEN_API_KEYS: secrets.key,
    MIEN_LOG: "debug",
    MIEN_URL_ALLOW: "127.0.0.1",
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collectorPort}`,
    OTEL_SERVICE_NAME: "face-of-the-test",
  });
  const detected = await call(`detect?${models}&returnFaceLandmarks=true`, {
    headers: { ...keyHeader, ...binary, traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    body: photograph,
  });
  expect(detected.status).toBe(200);
  const timing = detected.headers.get("server-timing")!;
  expect(timing).toMatch(/^\w+;dur=[\d.]+(, \w+;dur=[\d.]+)*$/);
  const stages = timing.split(", ").map((stage) => stage.slice(0, stage.indexOf(";")));
  // The stages after the first landmarks run beside each other and end in any order; none that was not asked for is there.
  expect(stages.slice(0, 3)).toEqual(["decode", "detect", "landmarks"]);
  expect(stages.slice(3, -1).sort()).toEqual(["embedding", "landmarks27"]);
  expect(stages.at(-1)).toBe("total");
  for (const { faceId } of (await detected.json()) as { faceId: string }[]) faceIds.push(faceId);
  const [faceId1, faceId2] = faceIds;
  const statuses = [
    await call("verify", {
      headers: { ...keyHeader, ...json },
      body: JSON.stringify({ faceId1, faceId2 }),
    }),
    await call(`detect?${models}&returnFaceId=false`, {
      headers: { ...keyHeader, ...json },
      body: JSON.stringify({
        url: `http://127.0.0.1:${picturePort}/p.jpg?sig=${secrets.urlQuery}`,
      }),
    }),
    await call("detect", {
      headers: { ...keyHeader, ...json },
      body: JSON.stringify({ url: `http://10.0.0.1/p.jpg?sig=${secrets.urlQuery}` }),
    }),
    await call(`detect?subscription-key=${secrets.queryKey}`, {
      headers: binary,
      body: photograph,
    }),
    await call("detect", {
      headers: { ...binary, authorization: `Bearer ${secrets.bearer}` },
      body: photograph,
    }),
    await call("detect", {
      headers: { ...binary, "ocp-apim-subscription-key": secrets.wrongKey },
      body: photograph,
    }),
    await call("verify", { headers: { ...keyHeader, ...json }, body: `{"${secrets.badJson}` }),
    await call(`detect?recognitionModel=${secrets.badJson}`, {
      headers: { ...keyHeader, ...binary },
      body: photograph,
    }),
    await call(`nothing/${secrets.badJson}?q=${secrets.urlQuery}`, { headers: keyHeader }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 400, 401, 401, 401, 400, 400, 404]);
});
afterAll(() => {
  pictures.close();
  collector.close();
});

const metrics = async (headers: Record<string, string> = {}) =>
  fetch(`${server.endpoint}/metrics`, { headers });

describe("metrics", () => {
  it("count requests, errors, stages, faces and templates", async () => {
    const response = await metrics();
    expect(response.headers.get("content-type")).toContain("text/plain");
    const text = await response.text();
    const value = (line: string) =>
      Number(
        text
          .split("\n")
          .find((candidate) => candidate.startsWith(`${line} `))
          ?.split(" ")[1],
      );
    expect(value('mien_requests_total{operation="detect",status="200"}')).toBe(2);
    expect(value('mien_requests_total{operation="detect",status="401"}')).toBe(3);
    expect(value('mien_requests_total{operation="verify",status="200"}')).toBe(1);
    expect(
      value(
        'mien_errors_total{operation="detect",code="BadArgument",error="recognitionModelInvalid"}',
      ),
    ).toBe(1);
    const counted = (stage: string): number =>
      value(`mien_stage_duration_seconds_count{stage="${stage}"}`);
    for (const stage of ["decode", "detect", "landmarks"]) expect(counted(stage), stage).toBe(2);
    // Only one of the two calls asked for landmarks and faceIds.
    for (const stage of ["landmarks27", "embedding"]) expect(counted(stage), stage).toBe(1);
    expect(value("mien_faces_per_picture_count")).toBe(2);
    expect(value("mien_faces_per_picture_sum")).toBe(2 * faceIds.length);
    expect(value("mien_templates_live")).toBe(faceIds.length);
    expect(value("mien_templates_expired_total")).toBe(0);
    expect(value("mien_pictures_waiting")).toBe(0);
    // The one that reads this.
    expect(value("mien_requests_in_flight")).toBe(1);
    for (const { name } of Object.values(metricRows)) expect(text).toContain(`# HELP ${name} `);
    expect(text).toContain("nodejs_eventloop_lag_p99_seconds");
  });

  it("are not for those who come through a proxy, unless they are open to all", async () => {
    expect((await metrics({ "x-forwarded-for": "203.0.113.9" })).status).toBe(404);
    expect((await metrics({ forwarded: "for=203.0.113.9" })).status).toBe(404);
  });

  it("know a closed list of operations, whatever is asked for", () => {
    expect(operationOf("/face/v1.2/Detect?subscription-key=x")).toBe("detect");
    expect(operationOf("//face//v1.2/findsimilars/")).toBe("findsimilars");
    expect(operationOf("/face/v1.2/anything")).toBe("other");
    expect(operationOf("/face/v1.2/%ff")).toBe("other");
    expect(operationOf("/face/v1.2/detect/more")).toBe("other");
  });
});

describe("logs", () => {
  const lines = () =>
    server
      .output()
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it("are one JSON line for each request, under the id that its answer has", () => {
    for (const requestId of requestIds)
      expect(lines().filter((line) => line.requestId === requestId)).toHaveLength(1);
    expect(lines().find((line) => line.requestId === requestIds[0])).toMatchObject({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      operation: "detect",
      status: 200,
      tenant: "default",
      apiVersion: "v1.1-preview.1",
      pictureBytes: photograph.byteLength,
      faces: faceIds.length,
      stages: { decode: expect.any(Number), embedding: expect.any(Number) },
      milliseconds: expect.any(Number),
    });
    // Azure's words for a picture that cannot be fetched tell an operator nothing.
    expect(lines().find((line) => line.requestId === requestIds[3])).toMatchObject({
      error: "urlInvalid",
      reason: "ADDRESS_NOT_PUBLIC",
    });
    expect(lines().find((line) => line.requestId === requestIds[6])).toMatchObject({
      status: 401,
      error: "accessDenied",
    });
  });

  it.each(["/face/v1.0/%64etect", "/%66ace/v1.0/detect%2F", "http://mien/face/v1.0/detect"])(
    "name the operation that was called by whatever spelling: %s",
    async (path) => {
      const { hostname, port } = new URL(server.endpoint);
      const requestId = await new Promise<string>((resolve, reject) => {
        request({ hostname, port, path, method: "POST", headers: keyHeader }, (answer) => {
          // It was served: another media type is all that is wrong with it.
          expect(answer.statusCode).toBe(415);
          answer.resume().once("end", () => resolve(answer.headers["apim-request-id"] as string));
        })
          .on("error", reject)
          .end();
      });
      await expect
        .poll(() => lines().find((line) => line.requestId === requestId))
        .toMatchObject({ level: "info", operation: "detect" });
    },
  );

  it("are short and readable at a terminal", () => {
    expect(
      readableLine(
        '{"level":"info","time":"2026-01-02T03:04:05.678Z","requestId":"r","operation":"detect","status":200,"milliseconds":12.3,"faces":1}',
      ),
    ).toBe("03:04:05 detect       200    12 ms 1 face (r)\n");
  });
});

it("traces go to the collector, below the caller's, with a span for each stage", async () => {
  served = await (await metrics()).text();
  await server.stop();
  const spans = exported.flatMap((body) => {
    expect(body).toMatch(/^\/v1\/traces /);
    const { resourceSpans } = JSON.parse(body.slice("/v1/traces ".length)) as ExportedTraces;
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  });
  const root = spans.find((span) => span.traceId === traceId && span.name.endsWith("/detect"))!;
  expect(root.parentSpanId).toBe("b7ad6b7169203331");
  const stages = Object.fromEntries(
    spans
      .filter(({ parentSpanId }) => parentSpanId === root.spanId)
      .map((span) => [
        span.name,
        // Microseconds: nanoseconds since 1970 are more than a number holds.
        {
          begin: Number(BigInt(span.startTimeUnixNano) / 1000n),
          end: Number(BigInt(span.endTimeUnixNano) / 1000n),
        },
      ]),
  );
  expect(Object.keys(stages).sort()).toEqual([
    "decode",
    "detect",
    "embedding",
    "landmarks",
    "landmarks27",
  ]);
  const { decode, detect, landmarks, landmarks27, embedding } = stages;
  expect(Math.abs(detect!.begin - decode!.end)).toBeLessThan(1000);
  expect(Math.abs(landmarks!.begin - detect!.end)).toBeLessThan(1000);
  // The last two run beside each other.
  expect(Math.abs(embedding!.begin - landmarks!.end)).toBeLessThan(1000);
  expect(embedding!.begin).toBe(landmarks27!.begin);
  expect(exported.join()).toContain("face-of-the-test");
});

it("no key, picture, URL, body, faceId or embedding is written, served or sent", () => {
  const told = { written: server.output(), served, sent: exported.join("\n") };
  const parts = [photograph.subarray(1000, 1024), photograph.subarray(-2000, -1976)];
  const forbidden = {
    ...secrets,
    ...Object.fromEntries(faceIds.map((faceId, index) => [`faceId ${index}`, faceId])),
    pictureUrl: "p.jpg",
    query: "returnFaceLandmarks=",
    ...Object.fromEntries(
      parts.flatMap((bytes, index) =>
        (["hex", "base64", "latin1"] as const).map((form) => [
          `picture ${index} ${form}`,
          bytes.toString(form).slice(4, -4),
        ]),
      ),
    ),
  };
  for (const [where, text] of Object.entries(told)) {
    expect(text.length, where).toBeGreaterThan(1000);
    for (const [name, secret] of Object.entries(forbidden))
      expect(text.includes(secret), `${name} in what was ${where}`).toBe(false);
    // An embedding, or landmarks, would be many numbers in a row.
    expect(/(?:-?\d+\.\d+[,\s]+){6}/.exec(text)?.[0], where).toBeUndefined();
  }
});

it("settings of observability are checked like all others", () => {
  expect(readSettings({}, {})).toMatchObject({ log: "info", metrics: "local", traces: "" });
  expect(() => readSettings({ log: "loud" }, {})).toThrow("must be one of off, error, info, debug");
  expect(() => readSettings({ traces: "collector:4318" }, {})).toThrow("http or https URL");
});
