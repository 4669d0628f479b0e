/** What browsers are told for pages of other origins, which call Azure's service from their scripts too. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { key, photograph, startTestServer, type TestServer } from "./server.js";

const page = "https://album.example";
const detect = "/face/v1.0/detect?returnFaceId=false";

const preflight = (server: TestServer, origin = page) =>
  fetch(server.endpoint + detect, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,ocp-apim-subscription-key",
    },
  });
const call = (server: TestServer, secret: string, headers: Record<string, string> = {}) =>
  fetch(server.endpoint + detect, {
    method: "POST",
    headers: {
      origin: page,
      "ocp-apim-subscription-key": secret,
      "content-type": "application/octet-stream",
      ...headers,
    },
    body: new Uint8Array(photograph(3)),
  });

describe("a page of another origin", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  it("may ask without a key whether it may call, and is told with which headers", async () => {
    const { status, headers } = await preflight(server);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("access-control-allow-methods")).toBe("POST");
    expect(headers.get("access-control-allow-headers")).toBe(
      "content-type,ocp-apim-subscription-key",
    );
    expect(headers.get("access-control-allow-credentials")).toBeNull();
  });

  it("reads answers and errors, and what clients retry by", async () => {
    for (const [secret, status] of [
      [key, 200],
      ["wrong", 401],
    ] as const) {
      const answer = await call(server, secret);
      expect(answer.status).toBe(status);
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      expect(answer.headers.get("access-control-expose-headers")).toContain("retry-after");
    }
  });

  it("is not told of by answers to programs, nor by what needs no key", async () => {
    const { headers } = await fetch(`${server.endpoint}/models`, { headers: { origin: page } });
    expect(headers.get("access-control-allow-origin")).toBeNull();
    const answer = await fetch(server.endpoint + detect, { method: "POST" });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("gets no further by asking than anybody without a key", async () => {
    const answer = await fetch(server.endpoint + detect, {
      method: "OPTIONS",
      headers: { origin: page },
    });
    expect(answer.status).toBe(401);
  });
});

describe("where pages are named", () => {
  it("those alone may call", async () => {
    const server = await startTestServer({ origins: [page] });
    try {
      const named = await preflight(server);
      expect(named.status).toBe(204);
      expect(named.headers.get("access-control-allow-origin")).toBe(page);
      expect(named.headers.get("vary")).toBe("Origin");
      const other = await preflight(server, "https://elsewhere.example");
      expect(other.status).toBe(401);
      expect(other.headers.get("access-control-allow-origin")).toBeNull();
      const answer = await call(server, key, { origin: "https://elsewhere.example" });
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    } finally {
      await server.close();
    }
  });
});
