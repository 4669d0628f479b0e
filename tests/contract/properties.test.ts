/** Properties of a real server on the wire: how a request is cut, wrapped and dressed does not change its answer. */
import { operationTable } from "@mien/contract/operations";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { judgeStream } from "../../fuzz/src/target.js";
import { answerOf, answersIn, exchange, type RawAnswer } from "./raw-http.js";
import { key, startTestServer, type TestServer } from "./server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(async () => {
  expect((await fetch(`${server.endpoint}/healthz`)).status).toBe(200);
});

/** As many runs as fit into some seconds of a slow machine; what was run must hold. */
const runs = (numRuns: number) => ({
  numRuns,
  plugins: [fc.interruptAfterTimeLimit(12_000, { failOnInterrupt: false })],
});

const nobody = "00000000-0000-4000-8000-000000000000";
/** Bodies of verify with what each is answered. */
const calls: readonly (readonly [string, RawAnswer])[] = [
  [JSON.stringify({ faceId1: nobody, faceId2: nobody }), answerOf("faceNotFoundInVerify")],
  [JSON.stringify({ faceId1: nobody, faceId2: "x" }), answerOf("faceIdInvalid")],
  ["{", answerOf("jsonInvalid")],
  ["[]", answerOf("bodyInvalid")],
];
const call = fc.constantFrom(...calls);

interface Request {
  readonly headers?: readonly string[];
  readonly body: string;
  /** In the place of a length and the body. */
  readonly chunks?: string;
}

function bytesOf({ headers = [], body, chunks }: Request): Buffer {
  const framing =
    chunks === undefined
      ? `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
      : `Transfer-Encoding: chunked\r\n\r\n${chunks}`;
  const own = ["Host: mien", `Ocp-Apim-Subscription-Key: ${key}`, "Content-Type: application/json"];
  const lines = headers.length === 0 ? own : headers;
  return Buffer.from(
    `POST /face/v1.0/verify HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join("")}${framing}`,
    "latin1",
  );
}

/** Cuts bytes at places that are given as shares of their length. */
function cut(bytes: Buffer, shares: readonly number[]): Buffer[] {
  const places = [...new Set(shares.map((share) => Math.floor(share * bytes.length)))].sort(
    (a, b) => a - b,
  );
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
}

const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), {
  maxLength: 8,
});
const answers = async (...pieces: Buffer[]): Promise<RawAnswer[]> =>
  answersIn(await exchange(server.endpoint, pieces));

describe("raw HTTP", () => {
  it("may come in pieces of any length", async () => {
    await fc.assert(
      fc.asyncProperty(call, shares, async ([body, answer], places) => {
        expect(await answers(...cut(bytesOf({ body }), places))).toEqual([answer]);
      }),
      runs(150),
    );
  });

  it("may have its body in chunks of any length, with extensions and trailers", async () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/);
    const chunked = fc.record({
      call,
      shares,
      extension: fc.option(token, { nil: undefined }),
      trailers: fc.array(token, { maxLength: 3 }),
      upper: fc.boolean(),
      pieces: shares,
    });
    await fc.assert(
      fc.asyncProperty(chunked, async ({ call: [body, answer], ...way }) => {
        const parts = cut(Buffer.from(body), way.shares).filter(({ length }) => length > 0);
        const size = (length: number): string =>
          way.upper ? `00${length.toString(16).toUpperCase()}` : length.toString(16);
        const extension = way.extension === undefined ? "" : `;${way.extension}=1`;
        const chunks = [
          ...parts.map((part) => `${size(part.length)}${extension}\r\n${part.toString()}\r\n`),
          `0\r\n${way.trailers.map((name) => `x-${name}: 1\r\n`).join("")}\r\n`,
        ].join("");
        expect(await answers(...cut(bytesOf({ body, chunks }), way.pieces))).toEqual([answer]);
      }),
      runs(150),
    );
  });

  it("may be several requests in one stream, answered each and in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { minLength: 1, maxLength: 8 }),
        shares,
        async (all, places) => {
          const stream = Buffer.concat(all.map(([body]) => bytesOf({ body })));
          expect(await answers(...cut(stream, places))).toEqual(all.map(([, answer]) => answer));
        },
      ),
      runs(80),
    );
  });

  it("may be any bytes: whatever is answered is JSON below 500", async () => {
    const good = bytesOf({ body: "{}" }).toString("latin1");
    const latin = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    });
    const bytes = fc
      .oneof(
        latin,
        // A good request with something in the place of a part of it.
        fc
          .tuple(fc.nat(good.length), fc.nat(20), latin)
          .map(([at, length, text]) => good.slice(0, at) + text + good.slice(at + length)),
        fc
          .tuple(
            fc.constantFrom("GET", "POST", "BREW", "post", ""),
            latin,
            fc.constantFrom("1.0", "1.1", "2.0", "9.9"),
            latin,
          )
          .map(
            ([method, path, version, lines]) =>
              `${method} /${path} HTTP/${version}\r\n${lines}\r\n\r\n`,
          ),
      )
      .map((text) => Buffer.from(text, "latin1"));
    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        expect(judgeStream(await exchange(server.endpoint, [sent]), sent)).toBeUndefined();
      }),
      runs(400),
    );
  });
});

describe("headers", () => {
  /** Those that mean something to the server or to HTTP itself. */
  const meaningful =
    /^(host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|authorization|ocp-apim-.*|keep-alive|proxy-.*)$/i;
  const name = fc
    .stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,30}$/)
    .filter((text) => !meaningful.test(text));
  const value = fc.stringMatching(
    /^[\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff\t]{0,60}[\x21-\x7e\x80-\xff])?$/,
  );
  const blank = fc.stringMatching(/^[ \t]{0,3}$/);
  const written = (text: string): fc.Arbitrary<string> =>
    fc.constantFrom(text, text.toLowerCase(), text.toUpperCase());

  it("that mean nothing change nothing; case, blanks and order do not matter", async () => {
    const dressed = fc.record({
      call,
      others: fc.array(fc.tuple(name, value, blank, blank), { maxLength: 12 }),
      names: fc.tuple(
        written("Host"),
        written("Ocp-Apim-Subscription-Key"),
        written("Content-Type"),
      ),
      blanks: fc.tuple(blank, blank),
      type: written("application/json"),
      order: fc.infiniteStream(fc.nat()),
    });
    await fc.assert(
      fc.asyncProperty(dressed, async ({ call: [body, answer], ...dress }) => {
        const [before, after] = dress.blanks;
        const own = ["mien", key, dress.type].map(
          (text, at) => `${dress.names[at]!}:${before}${text}${after}`,
        );
        const headers = [
          ...own,
          ...dress.others.map(([other, text, left, right]) => `${other}:${left}${text}${right}`),
        ]
          .map((line) => ({ line, at: dress.order.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ line }) => line);
        expect(await answers(bytesOf({ headers, body }))).toEqual([answer]);
      }),
      runs(200),
    );
  });

  it("of content may have any parameters, and no other type", async () => {
    const parameter = fc
      .tuple(fc.stringMatching(/^[a-z-]{1,10}$/), fc.stringMatching(/^[A-Za-z0-9-]{0,10}$/))
      .map(([one, other]) => `;${one}=${other}`);
    const type = fc
      .stringMatching(/^[a-z]{1,12}\/[a-z.+-]{1,20}$/)
      .filter((text) => text !== "application/json");
    const send = (contentType: string, body: string): Promise<RawAnswer[]> =>
      answers(
        bytesOf({
          headers: [
            "Host: mien",
            `Ocp-Apim-Subscription-Key: ${key}`,
            `Content-Type: ${contentType}`,
          ],
          body,
        }),
      );
    await fc.assert(
      fc.asyncProperty(
        call,
        fc.array(parameter, { maxLength: 3 }),
        type,
        async ([body, answer], parameters, other) => {
          expect(await send(`application/json${parameters.join(" ")}`, body)).toEqual([answer]);
          expect(await send(`${other}${parameters.join("")}`, body)).toEqual([
            answerOf("mediaTypeInvalid"),
          ]);
        },
      ),
      runs(80),
    );
  });

  it("of credentials open the door to the very key and to nothing else", async () => {
    const wrong = fc
      .oneof(
        fc.stringMatching(/^[\x21-\x7e]{1,60}$/),
        fc.constantFrom(key.slice(1), `${key}0`, key.toUpperCase(), `${key},${key}`, "undefined"),
      )
      .filter((text) => text !== key && text !== "second-key");
    await fc.assert(
      fc.asyncProperty(wrong, fc.boolean(), async (text, bearer) => {
        const credential = bearer
          ? `Authorization: Bearer ${text}`
          : `Ocp-Apim-Subscription-Key: ${text}`;
        const headers = ["Host: mien", credential, "Content-Type: application/json"];
        expect(await answers(bytesOf({ headers, body: "{}" }))).toEqual([answerOf("accessDenied")]);
      }),
      runs(150),
    );
  });
});

describe("bodies and queries", () => {
  const operations = Object.values(operationTable);
  const post = async (
    path: string,
    body: Uint8Array,
    contentType = "application/json",
  ): Promise<{ status: number; code: string; message: string }> => {
    const response = await fetch(`${server.endpoint}/face/v1.2/${path}`, {
      method: "POST",
      headers: { "Ocp-Apim-Subscription-Key": key, "Content-Type": contentType },
      body: body as BodyInit,
    });
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const { error } = (await response.json()) as { error?: { code: string; message: string } };
    return { status: response.status, code: error?.code ?? "", message: error?.message ?? "" };
  };

  it("which are no JSON are told so, and JSON of any form is answered by the contract", async () => {
    const text = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      // No address that is looked up: that is the business of the tests of addresses.
      fc.json().map((json) => Buffer.from(json)),
      fc.tuple(fc.json(), fc.nat(), fc.nat(255)).map(([json, at, byte]) => {
        const bytes = Buffer.from(json);
        bytes[at % bytes.length] = byte;
        return bytes;
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...operations), text, async ({ path }, body) => {
        const answer = await post(path, body);
        let isJson = true;
        try {
          JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
        } catch {
          isJson = false;
        }
        const { status, code } = answer;
        expect({ status, code }).toEqual({ status: 400, code: "BadArgument" });
        expect(answer.message).toBe(isJson ? "Request body is invalid." : "JSON parsing error.");
      }),
      runs(300),
    );
  });

  it("of any text are answered by the contract, and the body is not looked at before", async () => {
    const query = fc.oneof(
      fc.string({ unit: "binary" }).map(encodeURIComponent),
      fc.webQueryParameters(),
      fc
        .array(
          fc.tuple(
            fc.constantFrom(...Object.keys(operationTable.detect.query)),
            fc.oneof(fc.string(), fc.constantFrom("true", "detection_03", "recognition_04", "60")),
          ),
        )
        .map((pairs) => new URLSearchParams(pairs).toString()),
    );
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        const answer = await post(`detect?${text}`, Buffer.from("x"), "application/octet-stream");
        // One byte is no picture: whose query is right is told that, and nobody is told anything else than the contract has.
        expect([400, 403]).toContain(answer.status);
        expect(["BadArgument", "InvalidImageSize", "UnsupportedFeature"]).toContain(answer.code);
      }),
      runs(300),
    );
  });
});
