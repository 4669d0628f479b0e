/** Raw bytes on the wire: what is no HTTP, or tries to be two things at once, costs its sender an error and nobody else anything. */
import { connect } from "node:net";
import { errorCatalogue, type ErrorKey } from "@mien/contract/errors";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { answerOf, answersIn, exchange, head, type RawAnswer } from "./raw-http.js";
import { key, photograph, startTestServer, type TestServer } from "./server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(async () => {
  const response = await fetch(`${server.endpoint}/healthz`);
  expect(response.status).toBe(200);
});

const talk = async (bytes: string | Buffer, patience?: number): Promise<RawAnswer[]> =>
  answersIn(await exchange(server.endpoint, [bytes], patience));

const verify = "/face/v1.0/verify";
const typed = "Content-Type: application/json";

describe("requests that could be read in two ways", () => {
  it.each<[string, string]>([
    [
      "a length and chunks",
      head(verify, typed, "Content-Length: 4", "Transfer-Encoding: chunked") + "0\r\n\r\n",
    ],
    ["two lengths", head(verify, typed, "Content-Length: 2", "Content-Length: 3") + "{}"],
    ["a list of lengths", head(verify, typed, "Content-Length: 2, 2") + "{}"],
    ["a length with a sign", head(verify, typed, "Content-Length: +2") + "{}"],
    ["a negative length", head(verify, typed, "Content-Length: -1") + "{}"],
    ["a length in hexadecimal", head(verify, typed, "Content-Length: 0x2") + "{}"],
    ["a length beyond all numbers", head(verify, typed, `Content-Length: ${"9".repeat(40)}`)],
    ["chunks under another name", head(verify, typed, "Transfer-Encoding: xchunked") + "0\r\n\r\n"],
    [
      "chunks before another coding",
      head(verify, typed, "Transfer-Encoding: chunked, gzip") + "0\r\n\r\n",
    ],
    ["a blank before the colon", head(verify, typed, "Content-Length : 2") + "{}"],
    ["a folded header", head(verify, typed, "X: a\r\n b", "Content-Length: 2") + "{}"],
    [
      "a chunk size that is no number",
      head(verify, typed, "Transfer-Encoding: chunked") + "zz\r\n{}\r\n0\r\n\r\n",
    ],
    [
      "a chunk size with a sign",
      head(verify, typed, "Transfer-Encoding: chunked") + "-2\r\n{}\r\n0\r\n\r\n",
    ],
    [
      "lines that end in LF alone",
      head(verify, typed, "Content-Length: 2").replaceAll("\r\n", "\n") + "{}",
    ],
    ["a NUL in a header", head(verify, typed, "X: \0", "Content-Length: 2") + "{}"],
    ["a header without a name", head(verify, typed, ": x", "Content-Length: 2") + "{}"],
  ])("%s: refused, and the connection ends", async (_name, bytes) => {
    // What follows must not be taken for a request of its own.
    const smuggled = head("/face/v1.0/group", typed, "Content-Length: 2") + "{}";
    const answers = await talk(bytes + smuggled);
    expect(answers).toEqual([answerOf("requestInvalid")]);
  });
});

describe("what is no request of ours", () => {
  it.each<[string, string, ErrorKey]>([
    ["noise", "\x00\x01\x02\x03\r\n\r\n", "requestInvalid"],
    ["a TLS greeting", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "requestInvalid"],
    ["an unknown method", "FETCH / HTTP/1.1\r\nHost: a\r\n\r\n", "requestInvalid"],
    ["a version that never was", "GET / HTTP/7.3\r\nHost: a\r\n\r\n", "requestInvalid"],
    ["HTTP/2 by prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "requestInvalid"],
    [
      "an endless request line",
      `GET /${"x".repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      "headersTooLarge",
    ],
    ["an endless header", head(verify, `X: ${"x".repeat(20_000)}`), "headersTooLarge"],
    [
      "endless headers",
      head(verify, ...Array.from({ length: 3000 }, (_, n) => `X${n}: y`)),
      "headersTooLarge",
    ],
    [
      "a blank in the path",
      "POST /face/v1.0/ver ify HTTP/1.1\r\nHost: a\r\n\r\n",
      "requestInvalid",
    ],
    ["a tunnel", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "requestInvalid"],
    ["no host", "POST /face/v1.0/verify HTTP/1.1\r\n\r\n", "requestInvalid"],
  ])("%s", async (_name, bytes, wanted) => {
    const [answer, ...others] = await talk(Buffer.from(bytes, "latin1"));
    expect(answer).toEqual(answerOf(wanted));
    expect(others).toEqual([]);
  });

  it.each([
    ["//:99999/face/v1.0/verify", 404],
    ["//@[::/face/v1.0/verify", 404],
    ["http://elsewhere.test/face/v1.0/verify", 400],
    ["*", 404],
    ["/%", 400],
    ["/%ff%fe", 400],
    ["/face/%00/verify", 404],
    ["/face/v1.0/%2e%2e/%2e%2e/etc/passwd", 404],
    ["/../../etc/passwd", 404],
    ["/face/v1.0/verify%2f", 400],
    [`/face/${"v".repeat(2000)}/verify`, 404],
    ["/face//verify", 404],
  ])("the path %s", async (path, status) => {
    const text = await exchange(server.endpoint, [`${head(path, typed, "Content-Length: 2")}{}`]);
    const [answer] = answersIn(text);
    expect(answer!.status).toBe(status);
    expect(answer!.code).not.toBe("");
    expect(text).toMatch(/apim-request-id: [0-9a-f-]{36}\r\n/i);
  });

  it.each(["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])("the method %s", async (method) => {
    const response = await fetch(`${server.endpoint}${verify}`, {
      method,
      headers: { "Ocp-Apim-Subscription-Key": key },
    });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
    expect(await response.json()).toHaveProperty("error.code", "405");
  });

  it("HEAD has no body, CONNECT and TRACE get no tunnel and no echo", async () => {
    const response = await fetch(`${server.endpoint}${verify}`, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([401, ""]);
    const secret = "X-Secret: do-not-echo";
    const { hostname, port } = new URL(server.endpoint);
    for (const line of ["TRACE /face/v1.0/verify", "CONNECT 127.0.0.1:22"]) {
      const text = await new Promise<string>((resolve) => {
        let received = "";
        const socket = connect(Number(port), hostname, () =>
          socket.write(`${line} HTTP/1.1\r\nHost: a\r\n${secret}\r\nConnection: close\r\n\r\n`),
        );
        socket.on("data", (chunk) => (received += chunk.toString()));
        socket.on("error", () => undefined);
        socket.on("close", () => resolve(received));
      });
      expect(text).not.toContain("do-not-echo");
      expect(text).not.toMatch(/^HTTP\/1.1 2/);
    }
  });

  it("an expectation that nobody knows is answered as the call that it is", async () => {
    const [answer] = await talk(head(verify, typed, "Expect: wonders", "Content-Length: 2") + "{}");
    expect(answer).toEqual(answerOf("bodyInvalid"));
  });

  it("an upgrade to something else is answered as the call that it is", async () => {
    const [answer] = await talk(
      head(verify, typed, "Connection: Upgrade", "Upgrade: websocket", "Content-Length: 2") + "{}",
    );
    expect(answer).toEqual(answerOf("bodyInvalid"));
  });
});

describe("patience", () => {
  it("requests that come in one piece are answered each, in order", async () => {
    const one = (body: string) => head(verify, typed, `Content-Length: ${body.length}`) + body;
    expect(await talk(one("{}") + one("{") + one("[]"))).toEqual([
      answerOf("bodyInvalid"),
      answerOf("jsonInvalid"),
      answerOf("bodyInvalid"),
    ]);
  });

  it("headers and bodies that drip are answered 408 or cut off, and meanwhile others are served", async () => {
    const { hostname, port } = new URL(server.endpoint);
    const slow = Array.from({ length: 50 }, () => {
      const socket = connect(Number(port), hostname);
      socket.write("POST /face/v1.0/detect HTTP/1.1\r\nHost: a\r\nX-Drip: ");
      const timer = setInterval(() => socket.write("x"), 500);
      return new Promise<string>((resolve) => {
        let received = "";
        socket.on("data", (chunk) => (received += chunk.toString()));
        socket.on("error", () => undefined);
        socket.on("close", () => {
          clearInterval(timer);
          resolve(received);
        });
      });
    });
    const faces = await server.client.detect(photograph(1), { returnFaceId: false });
    expect(faces.length).toBeGreaterThan(0);
    for (const text of await Promise.all(slow))
      expect(text === "" || text.includes(errorCatalogue.requestTimeout.message)).toBe(true);
  });

  it("a caller who leaves in the middle of a body is forgotten", async () => {
    const { hostname, port } = new URL(server.endpoint);
    for (let count = 0; count < 200; count++) {
      const socket = connect(Number(port), hostname);
      socket.write(
        head(
          "/face/v1.0/detect",
          "Content-Type: application/octet-stream",
          "Content-Length: 6000000",
        ),
      );
      socket.write(Buffer.alloc(50_000));
      await new Promise((resolve) => socket.once("drain", resolve).once("connect", resolve));
      socket.destroy();
    }
    // More than the queue has places: none of them is still taken.
    const faces = await server.client.detect(photograph(1), { returnFaceId: false });
    expect(faces.length).toBeGreaterThan(0);
  });

  it.each<[string, string, ErrorKey]>([
    ["/face/v1.0/detect", "application/octet-stream", "imageTooBig"],
    ["/face/v1.0/detect", "application/json", "bodyTooBig"],
    ["/face/v1.0/group", "application/json", "bodyTooBig"],
  ])(
    "a body in chunks that turns out too long, to %s as %s, is told so and let pass",
    async (path, type, wanted) => {
      const chunk = Buffer.concat([
        Buffer.from("10000\r\n"),
        Buffer.alloc(65_536, " "),
        Buffer.from("\r\n"),
      ]);
      const answers = await talk(
        Buffer.concat([
          Buffer.from(head(path, `Content-Type: ${type}`, "Transfer-Encoding: chunked")),
          ...Array.from({ length: 160 }, () => chunk),
          Buffer.from("0\r\n\r\n"),
          Buffer.from(`${head(verify, typed, "Content-Length: 2")}{}`),
        ]),
      );
      expect(answers).toEqual([answerOf(wanted), answerOf("bodyInvalid")]);
    },
  );

  it("a length behind a thousand header lines counts", async () => {
    const lines = Array.from({ length: 1100 }, () => "A:");
    const octets = "Content-Type: application/octet-stream";
    const size = 6_291_457;
    const start = head("/face/v1.0/detect", ...lines, octets, `Content-Length: ${size}`);
    expect(await talk(Buffer.concat([Buffer.from(start), Buffer.alloc(size)]))).toEqual([
      answerOf("imageTooBig"),
    ]);
  });

  it("an endless body is refused at the limit, with or without a length", async () => {
    for (const line of ["Content-Length: 99999999999", "Transfer-Encoding: chunked"]) {
      const [answer] = await talk(
        Buffer.concat([
          Buffer.from(head("/face/v1.0/detect", "Content-Type: application/octet-stream", line)),
          ...Array.from({ length: 100 }, () =>
            Buffer.concat([
              Buffer.from("10000\r\n"),
              Buffer.alloc(65_536, 120),
              Buffer.from("\r\n"),
            ]),
          ),
        ]),
      ).catch(() => [undefined]);
      // Where the connection is reset before the answer is read there is none; the server lives either way.
      if (answer !== undefined) expect(answer).toEqual(answerOf("imageTooBig"));
    }
  });
});
