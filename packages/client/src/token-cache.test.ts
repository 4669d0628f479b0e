/** Tokens of a client's calls. None of these calls goes over a socket: tokens are sent over https alone. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  FaceClient,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type TokenCredential,
} from "./face-client.js";

type Token = Awaited<ReturnType<TokenCredential["getToken"]>>;
type GetToken = TokenCredential["getToken"];

/** What was sent, each with its token. */
let sent: (string | undefined)[];
/** The challenges that are answered next; after them, every call is answered. */
let challenges: string[];
/** How the credential was asked. */
let asked: Parameters<GetToken>[1][];

beforeEach(() => {
  sent = [];
  challenges = [];
  asked = [];
});
afterEach(() => vi.useRealTimers());

const httpClient: HttpClient = {
  sendRequest: (request) => {
    sent.push(request.headers.get("authorization"));
    const challenge = challenges.shift();
    return Promise.resolve({
      request,
      status: challenge === undefined ? 200 : 401,
      headers: createHttpHeaders(challenge === undefined ? {} : { "WWW-Authenticate": challenge }),
      bodyAsText: "{}",
    });
  },
};
const lasting = (token: string, seconds = 3600): Token => ({
  token,
  expiresOnTimestamp: Date.now() + seconds * 1000,
});
const never = (): Promise<Token> => new Promise(() => undefined);

/** A client whose credential gives one after the other, the last one again and again. */
function clientOf(...answers: (() => Token | Promise<Token>)[]): FaceClient {
  const getToken: GetToken = async (_scopes, options) => {
    asked.push(options);
    return (answers.length > 1 ? answers.shift()! : answers[0]!)();
  };
  return new FaceClient("https://face.example.com", { getToken }, { httpClient });
}

const body = { faceIds: ["a", "b"] };
const aborted = expect.objectContaining({ name: "AbortError" }) as Error;
const fails = (): never => {
  throw new Error("no provider");
};

it("is asked for once by calls at the same time, and kept for those after them", async () => {
  const client = clientOf(() => lasting("one"));
  await Promise.all([client.group(body), client.group(body)]);
  await client.group(body);
  expect(sent).toEqual(Array(3).fill("Bearer one"));
  expect(asked).toEqual([{ enableCae: true }]);
});

describe("a refresh ahead of the end", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] }));

  it("keeps no call waiting, and its token is sent from then on", async () => {
    const client = clientOf(
      () => lasting("one", 119),
      () => lasting("two"),
    );
    await client.group(body);
    await client.group(body);
    await client.group(body);
    expect(sent).toEqual(["Bearer one", "Bearer one", "Bearer two"]);
    expect(asked).toHaveLength(2);
  });

  it("that the token itself names is made as well", async () => {
    const client = clientOf(
      () => ({ ...lasting("one")!, refreshAfterTimestamp: Date.now() - 1 }),
      () => lasting("two"),
    );
    for (let call = 0; call < 3; call++) await client.group(body);
    expect(sent).toEqual(["Bearer one", "Bearer one", "Bearer two"]);
  });

  it("that fails is nobody's unhandled rejection, and is made again after a while", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): unknown => unhandled.push(reason);
    process.on("unhandledRejection", note);
    try {
      const client = clientOf(
        () => lasting("one", 60),
        fails,
        () => lasting("two"),
      );
      for (let call = 0; call < 3; call++) await client.group(body);
      expect(asked).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(58_000);
      await client.group(body);
      await client.group(body);
      expect(sent).toEqual([...Array<string>(4).fill("Bearer one"), "Bearer two"]);
      const failing = clientOf(() => lasting("one", 60), fails);
      for (let call = 0; call < 2; call++) await failing.group(body);
      await vi.advanceTimersByTimeAsync(120_000);
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).toEqual([]);
      await expect(failing.group(body)).rejects.toThrow("no provider");
    } finally {
      process.off("unhandledRejection", note);
    }
  });
});

describe("a call that waits for a token", () => {
  it("is not ended by the signal of another one that waits with it", async () => {
    const leaving = new AbortController();
    let give: (token: Token) => void = () => undefined;
    const getToken: GetToken = (_scopes, options) =>
      new Promise((resolve, reject) => {
        give = resolve;
        options?.abortSignal?.addEventListener("abort", () => reject(new Error("aborted")));
      });
    const client = new FaceClient("https://face.example.com", { getToken }, { httpClient });
    const first = client.group(body, { abortSignal: leaving.signal });
    const second = client.group(body);
    await new Promise((resolve) => setImmediate(resolve));
    leaving.abort();
    await expect(first).rejects.toThrow(aborted);
    give(lasting("one"));
    expect(await second).toEqual({});
    expect(sent).toEqual(["Bearer one"]);
  });

  it.each([
    ["signal", () => ({ abortSignal: AbortSignal.timeout(20) })],
    ["time limit", () => ({ timeout: 20 })],
  ])("is ended by its own %s, and the next call asks again", async (_bound, options) => {
    const client = clientOf(never, () => lasting("two"));
    await expect(client.group(body, options())).rejects.toThrow(aborted);
    await client.group(body);
    expect(sent).toEqual(["Bearer two"]);
  });

  it("is asked for again where it never comes, though there is always a call that waits for it", async () => {
    vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
    const client = clientOf(never, () => lasting("two"));
    const calls: Promise<string>[] = [];
    const outcome = (call: Promise<unknown>): Promise<string> =>
      call.then(
        () => "answered",
        () => "given up",
      );
    for (let count = 0; count < 40; count++) {
      calls.push(outcome(client.group(body, { timeout: 200 })));
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(200);
    const outcomes = await Promise.all(calls);
    expect([outcomes[0], outcomes.at(-1)]).toEqual(["given up", "answered"]);
    expect(asked).toHaveLength(2);
  });

  it("is ended by the time limit of its attempt also where the answer is left a stream", async () => {
    const client = clientOf(never);
    const request = createPipelineRequest({ url: "x", timeout: 20 });
    await expect(client.sendRequest(request, { stream: true })).rejects.toThrow(aborted);
  });

  it("is told of a failure, and the next call asks again", async () => {
    const client = clientOf(
      fails,
      () => null,
      () => lasting("three"),
    );
    await expect(client.group(body)).rejects.toThrow("no provider");
    await expect(client.group(body)).rejects.toThrow("the credential returned no token");
    await client.group(body);
    expect(sent).toEqual(["Bearer three"]);
  });

  it("leaves its token to the next call where it came too late for itself", async () => {
    let give: (token: Token) => void = () => undefined;
    const late = new Promise<Token>((resolve) => (give = resolve));
    const client = clientOf(() => late, never);
    await expect(client.group(body, { timeout: 20 })).rejects.toThrow(aborted);
    give(lasting("late"));
    await new Promise((resolve) => setImmediate(resolve));
    await client.group(body);
    expect(sent).toEqual(["Bearer late"]);
  });
});

describe("a challenge", () => {
  const claims = '{"access_token":{"nbf":{"essential":true}}}';
  const challenge = `Bearer realm="", error="insufficient_claims", claims="${btoa(claims)}"`;

  it("leads to another token with its claims, once", async () => {
    const client = clientOf(
      () => lasting("one"),
      () => lasting("two"),
      () => lasting("three"),
    );
    challenges = [challenge];
    await client.group(body);
    await client.group(body);
    expect(sent).toEqual(["Bearer one", "Bearer two", "Bearer two"]);
    expect(asked).toEqual([{ enableCae: true }, { enableCae: true, claims }]);
    challenges = [challenge, challenge];
    await expect(client.group(body)).rejects.toMatchObject({ statusCode: 401 });
    expect(sent.slice(3)).toEqual(["Bearer two", "Bearer three"]);
  });

  it("is not undone by a token that was asked for before it and comes after it", async () => {
    let late!: (token: Token) => void;
    const client = clientOf(
      () => lasting("one", 60),
      () => new Promise<Token>((resolve) => (late = resolve)),
      () => lasting("three"),
    );
    await client.group(body);
    // Begins a refresh ahead of the end.
    await client.group(body);
    challenges = [challenge];
    await client.group(body);
    late(lasting("two"));
    await client.group(body);
    await client.group(body);
    expect(sent.slice(2)).toEqual(["Bearer one", ...Array<string>(3).fill("Bearer three")]);
  });

  it("waits for it no longer than the call may, and not for one without the claims", async () => {
    const client = clientOf(
      () => lasting("one", 60),
      never,
      never,
      () => lasting("four"),
    );
    await client.group(body);
    // Begins a refresh ahead of the end, which never ends.
    await client.group(body);
    challenges = [challenge];
    await expect(client.group(body, { timeout: 20 })).rejects.toThrow(aborted);
    expect(asked).toEqual([{ enableCae: true }, { enableCae: true }, { enableCae: true, claims }]);
    await client.group(body);
    expect(sent).toEqual([...Array<string>(3).fill("Bearer one"), "Bearer four"]);
  });
});
